/**
 * Builds the package that is published, in dist/ or the folder named: JavaScript, declarations, and a manifest of its
 * own. In the workspace the sources themselves are what is imported, and npm's publishConfig cannot swap `exports`.
 * Publish it with `npm publish ./client/dist`.
 */
import { execFileSync } from 'node:child_process'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..')
const target = resolve(process.argv[2] ?? join(root, 'dist'))

await rm(target, { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', target], {
  stdio: 'inherit',
})
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
for (const name of ['private', 'scripts', 'devDependencies']) delete manifest[name]
manifest['exports'] = { '.': { types: './index.d.ts', default: './index.js' } }
await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
await cp(join(root, 'README.md'), join(target, 'README.md'))
await cp(join(root, '../LICENSE'), join(target, 'LICENSE'))
