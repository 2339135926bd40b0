/** Builds what is published into client/dist: ES modules, and CommonJS for Jest and NestJS, each with declarations. */
import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const client = join(import.meta.dirname, '..')
const target = join(client, 'dist')
const compiler = join(client, '../node_modules/typescript/bin/tsc')
const commonJs = ['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false']

function compile(folder: string, ...args: string[]): void {
  const project = ['-p', join(client, 'tsconfig.build.json'), '--outDir', join(target, folder)]
  execFileSync(process.execPath, [compiler, ...project, ...args], { stdio: 'inherit' })
}

await rm(target, { recursive: true, force: true })
compile('esm')
compile('cjs', ...commonJs)
// Of two programs in one package: which of them Node takes for CommonJS.
await writeFile(join(target, 'cjs/package.json'), '{ "type": "commonjs" }\n')
