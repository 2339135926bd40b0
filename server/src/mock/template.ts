/** The database of the mock as it begins: made once, kept in a cache, copied for each start. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasCode } from '../values.ts'
import { version } from '../version.ts'

const execute = promisify(execFile)

/** What a template consists of, in a folder of the mock and in the cache. */
const PARTS = ['postgres', 'worlds']

/** Whoever has not used an older release for so long makes its template anew. */
const KEPT_MS = 14 * 86_400_000

/** Nobody minds what a power failure does to a database that is thrown away. */
const UNSAFE_AND_FAST = `
# The data of a mock need not survive anything.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
shared_buffers = 64MB
`

export type TemplateOptions = {
  /** Gets the parts of the template. */
  folder: string
  /** Makes them there, and leaves no server running. */
  make: () => Promise<void>
  /** Told before they have to be made, which takes a while. */
  onMake: () => void
  /** Told when they could not be kept, so that the next start makes them again. */
  onUnkept: (error: unknown) => void
}

/** Puts the template into a folder: out of the cache, or made now and kept there. */
export async function takeTemplate(options: TemplateOptions): Promise<void> {
  const { folder, make, onMake, onUnkept } = options
  const cache = join(cacheFolder(), 'databases')
  const kept = join(cache, await fingerprint())
  if (existsSync(kept)) {
    await copyParts(kept, folder)
    // For `forgetOld`: that it was used.
    await utimes(kept, new Date(), new Date()).catch(() => {})
    return
  }
  onMake()
  await make()
  await appendFile(join(folder, 'postgres/postgresql.conf'), UNSAFE_AND_FAST)
  try {
    await keep(folder, cache, kept)
  } catch (error) {
    onUnkept(error)
  }
}

/** It appears complete or not at all; where another mock was faster, its one stays. */
async function keep(folder: string, cache: string, kept: string): Promise<void> {
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const draft = await mkdtemp(join(cache, '.new-'))
  try {
    await copyParts(folder, draft)
    await rename(draft, kept).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  await forgetOld(cache)
}

/** Templates of other releases, and drafts of mocks that were killed. */
async function forgetOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const { mtimeMs } = await stat(join(cache, name))
    if (Date.now() - mtimeMs > KEPT_MS) await rm(join(cache, name), { recursive: true, force: true })
  }
}

/** With owners and modes: as root, the database belongs to somebody else. */
async function copyParts(from: string, to: string): Promise<void> {
  await execute('cp', ['-Rp', ...PARTS.map((part) => join(from, part)), to])
}

/** What mocks leave behind, so that the next one starts faster. */
export function cacheFolder(): string {
  const caches = process.env['XDG_CACHE_HOME']
  if (caches?.startsWith('/')) return join(caches, 'upm-mock')
  return join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'upm-mock')
}

/** Of the release, and of every file of the server that is being worked on; another user has another template. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(`${version} ${process.arch} ${process.getuid?.()}`)
  const root = join(import.meta.dirname, '..')
  const files = (await readdir(root, { recursive: true }))
    .filter((name) => /\.(?:ts|js|sql)$/.test(name) && !/\.test\.ts$|^mock\/|\.d\.ts$/.test(name))
    .sort()
  const contents = await Promise.all(files.map((name) => readFile(join(root, name))))
  for (const [index, content] of contents.entries()) hash.update(`\0${files[index]}\0`).update(content)
  return `${version}-${hash.digest('hex').slice(0, 16)}`
}
