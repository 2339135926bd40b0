/**
 * Builds the account page into web/dist, each file with its Brotli and gzip companions; does nothing when it is there
 * already, built of the same sources. Fails when a screen has grown too large to begin with.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { BuildOptions, Rolldown } from 'vite'

export type Sources = {
  /** The folder of index.html; the build goes into its `dist`. */
  folder: string
  /** What a build reads besides: files and folders. */
  besides: string[]
}

/** What a screen needs before it can be seen, beside the page itself. */
export type Screen = {
  /** Its scripts and styles, beside those that every screen has; below `dist`. The server names them in the page. */
  files: string[]
  /** How many files there are with those that every screen has, and their bytes with Brotli. */
  cost: Cost
}

export type Cost = { files: number; bytes: number }

/** By the address; that of `''` has nothing but what every screen has. */
export type Screens = Readonly<Record<string, Screen>>

export type Build = {
  /** Nothing had to be done. */
  isOld: boolean
  screens: Screens
}

/** Kept in the build: which sources it is of, and its screens (server/src/page/page.ts). */
type Stamp = { sources: string; screens: Screens }

const web = join(import.meta.dirname, '..')
const root = join(web, '..')

const PAGE: Sources = {
  folder: web,
  besides: ['client/package.json', 'client/src', 'package-lock.json', 'tsconfig.json'].map((name) =>
    join(root, name),
  ),
}

/**
 * What screens may cost. `web/journeys/budget.test.ts` holds the whole of a visit to its budget: these, the page, and what it asks
 * the API.
 */
const BUDGETS: Readonly<Record<string, Cost>> = {
  '/sign-in': { files: 6, bytes: 110_000 },
  '/profile': { files: 10, bytes: 199_500 },
}

const COMPRESSED_TYPES = new Set(['.css', '.js', '.json', '.svg', '.txt', '.webmanifest'])
/** In the folder of the page, but read by no build. */
const UNREAD = new Set(['dist', 'journeys', 'node_modules', 'test'])

const STAMP = 'build.json'

/** How app.tsx says which part a screen is in. */
const SCREEN = /path: '([^']+)',\s*lazy: loadPart\(\(\) =>\s*import\('\.\/([^']+)'\)/g

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    process.stderr.write(
      `The page cannot be built: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exitCode = 1
  }
}

async function main(): Promise<void> {
  // Who serves the API alone may have nothing to build with.
  if (process.env['PAGE'] === 'off') return
  // An installation for production starts with the page that it has got.
  if (process.argv.includes('--if-possible') && !canBuild()) {
    const served = existsSync(join(web, 'dist', STAMP))
      ? 'The server has the page that was built before.'
      : 'There is none yet, so the server has only the API. To build it, run "npm ci && npm run build".'
    process.stdout.write(`The page was not built, because the development packages are missing. ${served}\n`)
    return
  }
  const { isOld, screens } = await buildPage(PAGE, BUDGETS)
  const costs = Object.keys(BUDGETS).map((path) => `${path} loads ${inWords(screens[path]?.cost)}`)
  process.stdout.write(`The page is ${isOld ? 'up to date' : 'built'}: ${costs.join(', ')}.\n`)
}

function canBuild(): boolean {
  try {
    import.meta.resolve('vite')
    return true
  } catch {
    return false
  }
}

/** Builds the page unless it is built. Several processes may do it at once: the build of one of them stays. */
export async function buildPage(page: Sources, budgets: Readonly<Record<string, Cost>> = {}): Promise<Build> {
  const dist = join(page.folder, 'dist')
  const sources = await hashSources(page)
  const old = await readStamp(dist)
  if (old?.sources === sources) return { isOld: true, screens: old.screens }
  const place = await mkdtemp(join(page.folder, '.build-'))
  const draft = join(place, 'dist')
  try {
    const chunks = await runVite(page.folder, draft)
    await compressFiles(draft)
    const screens = await listScreens(page.folder, draft, chunks)
    for (const [path, budget] of Object.entries(budgets)) requireWithin(path, screens[path], budget)
    await writeFile(join(draft, STAMP), JSON.stringify({ sources, screens } satisfies Stamp))
    await replaceFolder(dist, draft, join(place, 'former'))
    return { isOld: false, screens }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

async function readStamp(dist: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(join(dist, STAMP), 'utf8')) as Stamp
  } catch {
    // There is no build, or none of ours.
    return undefined
  }
}

/** Of every name and content, and of the Node that compresses; the lockfile stands for all packages. */
async function hashSources({ folder, besides }: Sources): Promise<string> {
  const hash = createHash('sha256').update(process.version)
  for (const source of [folder, ...besides]) {
    for (const file of await listFiles(source)) {
      hash.update(`\0${relative(folder, file)}\0`).update(await readFile(file))
    }
  }
  return hash.digest('base64url')
}

/** The files of a folder, in order, without those that no build reads; a file by itself is its own list. */
async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!entries) return [path]
  const read = entries.filter(
    ({ name }) => !name.startsWith('.') && !UNREAD.has(name) && !/\.test\.tsx?$/.test(name),
  )
  const names = read.map(({ name }) => name).sort()
  return (await Promise.all(names.map((name) => listFiles(join(path, name))))).flat()
}

async function runVite(folder: string, target: string): Promise<Rolldown.OutputChunk[]> {
  // React takes what is for developers along unless it is told otherwise, and Vite believes the environment.
  process.env['NODE_ENV'] = 'production'
  try {
    // Loaded only where there is something to build: an installation without it can serve what another one has built.
    const [{ build }, { planChunks }] = await Promise.all([import('vite'), import('./chunks.ts')])
    const run = async (options: BuildOptions) => {
      const result = await build({ root: folder, logLevel: 'silent', build: options })
      return [result]
        .flat()
        .flatMap((one) => ('output' in one ? one.output : []))
        .filter((file) => file.type === 'chunk')
    }
    // Each module by itself, without those that nothing uses: so it is seen which parts need it.
    const modules = await run({
      write: false,
      minify: false,
      cssMinify: false,
      rolldownOptions: {
        output: {
          codeSplitting: {
            includeDependenciesRecursively: false,
            groups: [{ name: (id) => id.replaceAll(/\W/g, '_') }],
          },
        },
      },
    })
    const groups = planChunks(modules)
    return await run({
      outDir: target,
      emptyOutDir: true,
      rolldownOptions: { output: { codeSplitting: { groups } } },
    })
  } catch (cause) {
    throw new Error(explain(cause), { cause })
  }
}

/** One line out of what Vite draws over many: where it is, and what. */
function explain(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') {
    return 'Vite is not installed. Run "npm ci", with the packages for development.'
  }
  const { errors: [first] = [error] } = error as { errors?: unknown[] }
  const message = stripVTControlCharacters(first instanceof Error ? first.message : String(first))
  const [what = ''] = message.replace(/^\[[\w:-]+\]:? /, '').split('\n')
  const place = /\[ (\S+:\d+:\d+) \]/.exec(message)?.[1]
  return place === undefined ? what : `${place}: ${what}`
}

async function compressFiles(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  await Promise.all(
    files
      .filter((file) => file.isFile() && COMPRESSED_TYPES.has(extname(file.name)))
      .map(({ parentPath, name }) => compressFile(join(parentPath, name))),
  )
}

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path)
  const { BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_SIZE_HINT } = constants
  const params = { [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT, [BROTLI_PARAM_SIZE_HINT]: content.length }
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ])
  if (brotli.length < content.length) await writeFile(`${path}.br`, brotli)
  if (gzipped.length < content.length) await writeFile(`${path}.gz`, gzipped)
}

/** The screens of the page, by its list of them; and what all of them need. */
async function listScreens(
  folder: string,
  built: string,
  chunks: readonly Rolldown.OutputChunk[],
): Promise<Screens> {
  const html = await readFile(join(built, 'index.html'), 'utf8')
  const always = Array.from(html.matchAll(/"\.?\/(assets\/[^"]+\.(?:css|js))"/g), ([, file = '']) => file)
  const list = await readFile(join(folder, 'src/app.tsx'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return ''
  })
  const parts = Array.from(list.matchAll(SCREEN), ([, path = '', module = '']) => ({
    path,
    module: join(folder, 'src', module),
  }))
  const screens = [{ path: '', files: [] as string[] }].concat(
    parts.map(({ path, module }) => ({
      path,
      files: filesOf(module, chunks).filter((file) => !always.includes(file)),
    })),
  )
  const entries = screens.map(async ({ path, files }) => {
    const sizes = await Promise.all([...always, ...files].map((file) => sizeOf(join(built, file))))
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    return [path, { files, cost: { files: sizes.length, bytes } }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The scripts and styles that a module is in, and all that they import statically. */
function filesOf(module: string, chunks: readonly Rolldown.OutputChunk[]): string[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const needed = new Set(chunks.filter(({ moduleIds }) => moduleIds.includes(module)))
  // A set that grows while it is walked is walked to its end.
  for (const { imports } of needed) {
    for (const name of imports) {
      const chunk = byName.get(name)
      if (chunk) needed.add(chunk)
    }
  }
  return [...needed].flatMap(({ fileName, viteMetadata }) => [...(viteMetadata?.importedCss ?? []), fileName])
}

/** As it is sent: with Brotli where that makes it smaller. */
async function sizeOf(path: string): Promise<number> {
  const { size } = await stat(`${path}.br`).catch(() => stat(path))
  return size
}

function requireWithin(path: string, screen: Screen | undefined, budget: Cost): void {
  if (!screen) throw new Error(`there is no screen at ${path}, which has a budget`)
  const { files, bytes } = screen.cost
  if (files <= budget.files && bytes <= budget.bytes) return
  throw new Error(
    `the screen at ${path} loads ${inWords(screen.cost)}, and may load ${inWords(budget)}. ` +
      'Load with import() what is not needed at once.',
  )
}

/** Puts the new folder into the place of the old one, which is moved out of the way first. */
async function replaceFolder(target: string, draft: string, former: string): Promise<void> {
  for (;;) {
    await rename(target, former).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    await rm(former, { recursive: true, force: true })
    try {
      return await rename(draft, target)
    } catch (error) {
      // Another build took the place in this moment, and has to make way as well.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}

function inWords({ files, bytes }: Cost = { files: 0, bytes: 0 }): string {
  return `${(bytes / 1000).toFixed(1)} kB in ${files} files`
}
