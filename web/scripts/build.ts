/**
 * Builds the account page into web/dist, each file with its Brotli and gzip companions; does nothing when it is there
 * already, built of the same sources. Fails when the page has grown too large to begin with.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Rolldown } from 'vite'

export type Sources = {
  /** The folder of index.html; the build goes into its `dist`. */
  folder: string
  /** What a build reads besides: files and folders. */
  besides: string[]
}

export type Build = {
  /** Nothing had to be done. */
  isOld: boolean
  /** Scripts that have to be there before the page shows anything, compressed with gzip. */
  firstLoadBytes: number
}

/** Kept in the build: which sources it is of. */
type Stamp = { sources: string; firstLoadBytes: number }

const web = join(import.meta.dirname, '..')
const root = join(web, '..')

const PAGE: Sources = {
  folder: web,
  besides: ['client/package.json', 'client/src', 'package-lock.json', 'tsconfig.json'].map((name) =>
    join(root, name),
  ),
}

/** What a first visit may cost; gzip is the stricter measure, most browsers get Brotli. */
const MAX_FIRST_LOAD_BYTES = 250_000

const COMPRESSED_TYPES = new Set(['.css', '.js', '.json', '.svg', '.txt', '.webmanifest'])
/** In the folder of the page, but read by no build. */
const UNREAD = new Set(['dist', 'journeys', 'node_modules', 'test'])

const STAMP = 'build.json'

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
  const { isOld, firstLoadBytes } = await buildPage(PAGE, MAX_FIRST_LOAD_BYTES)
  const done = isOld ? 'The page is up to date' : 'The page is built'
  process.stdout.write(`${done}: its first load is ${kilobytes(firstLoadBytes)} of script.\n`)
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
export async function buildPage(page: Sources, maxFirstLoadBytes: number): Promise<Build> {
  const dist = join(page.folder, 'dist')
  const sources = await hashSources(page)
  const old = await readStamp(dist)
  if (old?.sources === sources) return { isOld: true, firstLoadBytes: old.firstLoadBytes }
  const place = await mkdtemp(join(page.folder, '.build-'))
  const draft = join(place, 'dist')
  try {
    const chunks = await runVite(page.folder, draft)
    await compressFiles(draft)
    const firstLoadBytes = await measureFirstLoad(chunks, draft)
    if (firstLoadBytes > maxFirstLoadBytes) {
      throw new Error(
        `its first load is ${kilobytes(firstLoadBytes)} of script, and may be ${kilobytes(maxFirstLoadBytes)}. ` +
          'Load with import() what is not needed at once.',
      )
    }
    await writeFile(join(draft, STAMP), JSON.stringify({ sources, firstLoadBytes } satisfies Stamp))
    await replaceFolder(dist, draft, join(place, 'former'))
    return { isOld: false, firstLoadBytes }
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
    const { build } = await import('vite')
    const result = await build({
      root: folder,
      logLevel: 'silent',
      build: { outDir: target, emptyOutDir: true },
    })
    return [result]
      .flat()
      .flatMap((one) => ('output' in one ? one.output : []))
      .filter((file) => file.type === 'chunk')
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

/** The script that has to be there before the heaviest screen can be seen: the entry, and what it loads for that. */
async function measureFirstLoad(chunks: Rolldown.OutputChunk[], folder: string): Promise<number> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const frame = withImports(
    chunks.filter(({ isEntry }) => isEntry),
    byName,
  )
  const screens = frame.flatMap(({ dynamicImports }) => dynamicImports.map((name) => byName.get(name)))
  const sizes = await Promise.all(
    [undefined, ...screens].map((screen) =>
      compressedSize(withImports(screen ? [...frame, screen] : frame, byName), folder),
    ),
  )
  return Math.max(...sizes)
}

/** The chunks and all that they import statically. */
function withImports(
  chunks: Rolldown.OutputChunk[],
  byName: ReadonlyMap<string, Rolldown.OutputChunk>,
): Rolldown.OutputChunk[] {
  const needed = new Set(chunks)
  // A set that grows while it is walked is walked to its end.
  for (const { imports } of needed) {
    for (const name of imports) {
      const chunk = byName.get(name)
      if (chunk) needed.add(chunk)
    }
  }
  return [...needed]
}

async function compressedSize(chunks: Rolldown.OutputChunk[], folder: string): Promise<number> {
  const sizes = await Promise.all(
    chunks.map(
      async ({ fileName }) => (await promisify(gzip)(await readFile(join(folder, fileName)))).length,
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
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

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
