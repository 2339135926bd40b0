/**
 * Runs the client generators that front-end and mobile teams use on contract/openapi.json, and compiles what each of them
 * writes. Then sends a request to every operation through `prism proxy`, which holds requests and responses against the
 * contract. It installs these tools into node_modules/.cache, which takes a minute or two, so it is no part of .ci/run.
 *
 * docs/openapi.md has the results. Run it after a change of the contract: npm run generators [-- --only orval,prism]
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { walkThroughPrism } from './prism-walk.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const contract = join(root, 'contract/openapi.json')
const folder = join(root, 'node_modules/.cache/generators')
const bin = (name: string) => join(folder, 'node_modules/.bin', name)

/** The tools, and what their output imports. */
const PACKAGES: Record<string, string> = {
  'openapi-typescript': '7.13.0',
  orval: '8.38.0',
  '@hey-api/openapi-ts': '0.99.0',
  'swagger-typescript-api': '13.13.0',
  'openapi-zod-client': '1.18.3',
  oazapfts: '7.5.0',
  'typed-openapi': '2.2.7',
  'ng-openapi-gen': '1.1.0',
  '@stoplight/prism-cli': '5.16.0',
  typescript: '5.9.3',
  zod: '3.25.76',
  '@zodios/core': '10.9.6',
  axios: '1.21.1',
  '@oazapfts/runtime': '1.2.0',
  '@angular/core': '22.2.6',
  '@angular/common': '22.2.6',
  rxjs: '7.8.2',
}

type Generator = { name: string; command: string; args: (output: string) => string[] }

const generators: Generator[] = [
  {
    name: 'openapi-typescript',
    command: 'openapi-typescript',
    args: (to) => [contract, '-o', join(to, 'api.ts')],
  },
  {
    name: 'orval',
    command: 'orval',
    args: (to) => ['--input', contract, '--output', join(to, 'api.ts'), '--client', 'fetch'],
  },
  { name: '@hey-api/openapi-ts', command: 'openapi-ts', args: (to) => ['-i', contract, '-o', to] },
  {
    name: 'swagger-typescript-api',
    command: 'swagger-typescript-api',
    args: (to) => ['generate', '-p', contract, '-o', to, '-n', 'api.ts'],
  },
  {
    name: 'openapi-zod-client',
    command: 'openapi-zod-client',
    args: (to) => [contract, '-o', join(to, 'api.ts')],
  },
  { name: 'oazapfts', command: 'oazapfts', args: (to) => [contract, join(to, 'api.ts')] },
  {
    name: 'typed-openapi',
    command: 'typed-openapi',
    // It takes every path as one below the working directory.
    args: (to) => [relative(folder, contract), '-o', relative(folder, join(to, 'api.ts'))],
  },
  {
    name: 'ng-openapi-gen',
    command: 'ng-openapi-gen',
    args: (to) => ['--input', contract, '--output', to],
  },
]

const COMPILER_OPTIONS = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
  // Angular's own decorators.
  experimentalDecorators: true,
  // The declarations of libraries are not ours.
  skipLibCheck: true,
}

async function install(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const manifest = `${JSON.stringify({ private: true, dependencies: PACKAGES }, null, 2)}\n`
  const installed = join(folder, 'installed.json')
  if ((await readFile(installed, 'utf8').catch(() => '')) === manifest) return
  process.stdout.write('installing the generators\n')
  await writeFile(join(folder, 'package.json'), manifest)
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
  })
  await writeFile(installed, manifest)
}

/** Resolves with how many files were written, all of which compile. */
async function generate({ name, command, args }: Generator): Promise<number> {
  const output = join(folder, 'output', name.replaceAll(/\W+/g, '-'))
  await rm(output, { recursive: true, force: true })
  await mkdir(output, { recursive: true })
  await run(bin(command), args(output), { cwd: folder, timeout: 120_000 })
  const files = (await readdir(output, { recursive: true })).filter((file) => file.endsWith('.ts'))
  if (files.length === 0) throw new Error('it wrote no file')
  await writeFile(
    join(output, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['**/*.ts'] }),
  )
  await run(bin('tsc'), ['-p', output], { cwd: folder, timeout: 120_000 })
  return files.length
}

function reasonOf(error: unknown): string {
  const { stdout = '', stderr = '', message = '' } = error as Partial<Record<string, string>>
  return [stdout, stderr, message].find((text) => text.trim() !== '')?.trim() ?? String(error)
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wanted = values.only?.split(',')
const isWanted = (name: string) => wanted === undefined || wanted.includes(name)

await install()
let failed = 0
async function attempt(name: string, version: string, work: () => Promise<string>): Promise<void> {
  if (!isWanted(name)) return
  try {
    process.stdout.write(`ok      ${name} ${version}: ${await work()}\n`)
  } catch (error) {
    failed += 1
    process.stdout.write(`FAILED  ${name} ${version}: ${reasonOf(error)}\n`)
  }
}
for (const generator of generators)
  await attempt(
    generator.name,
    PACKAGES[generator.name] ?? '',
    async () => `${await generate(generator)} files, which compile`,
  )
await attempt(
  'prism',
  PACKAGES['@stoplight/prism-cli'] ?? '',
  async () => `${await walkThroughPrism(bin('prism'), contract)} operations, each as the contract says`,
)
process.exitCode = failed === 0 ? 0 : 1
