import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, lchown, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from '../system-account.ts'
import { serverPath } from './account.ts'
import { EmbeddedError, explain } from './error.ts'
import { makeFolder } from './folder.ts'
import { characterLocales } from './locale.ts'
import { programEnvironment, type Native } from './native.ts'
import { textOf } from '../values.ts'

const execute = promisify(execFile)

/** The database's superuser: it makes the database and the application's role (roles.ts), and is who an operator is. */
export const SUPERUSER = 'upm'

/**
 * Sized for a small server. They go into postgresql.conf, where an operator may change them; what the way in and the
 * log depend on is on the server's command line instead. Nothing here weakens durability: fsync, full_page_writes and
 * synchronous_commit stay as PostgreSQL has them.
 */
const settings = {
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // The application is told of its failed statements. Here they would fill the disk, and name people.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}

/**
 * Makes sure that `directory` holds a database that this PostgreSQL can run as `account`: makes one when there is
 * none, and corrects its owner and mode, which a restored copy often has wrong.
 *
 * @returns whether it was made now
 * @throws EmbeddedError when the folder holds something else or a database of another version, or initdb fails.
 */
export async function ensureCluster(
  directory: string,
  native: Native,
  account: Account | undefined,
): Promise<boolean> {
  // Listed once: another process's first start may put a complete database here at any moment.
  const found = existsSync(directory) ? await readdir(directory) : []
  const isNew = !found.includes('PG_VERSION')
  if (isNew && found.length > 0) {
    throw new EmbeddedError(
      `The folder ${directory} is not empty and is not a database. Empty it, or set DATA_DIR to another folder.`,
    )
  }
  if (isNew) await makeFolder(directory, (temporary) => initialize(temporary, native, account))
  const major = Number(await readFile(join(directory, 'PG_VERSION'), 'utf8'))
  if (major !== native.major) {
    throw new EmbeddedError(
      `The database in ${directory} was created by PostgreSQL ${major}, but this release of UPM has PostgreSQL ${native.major}. Move the data with pg_dump and pg_restore, or start the release of UPM that created it.`,
    )
  }
  const { uid, mode } = await stat(directory)
  if (account && uid !== account.uid) await giveTo(account, directory)
  if ((mode & 0o027) !== 0) await chmod(directory, 0o700)
  return isNew
}

async function initialize(directory: string, native: Native, account: Account | undefined): Promise<void> {
  const locales = await characterLocales()
  for (const locale of locales) {
    try {
      return await initializeWith(locale, directory, native, account)
    } catch (error) {
      // It looks at the locale before it writes anything.
      const isUnknown = error instanceof EmbeddedError && /locale name|encoding mismatch/.test(error.message)
      if (!isUnknown || locale === locales.at(-1)) throw error
    }
  }
}

async function initializeWith(
  locale: string,
  directory: string,
  native: Native,
  account: Account | undefined,
): Promise<void> {
  if (account) await chown(directory, account.uid, account.gid)
  const options = [
    `--pgdata=${await serverPath(directory, account)}`,
    `--username=${SUPERUSER}`,
    // No password: the socket lies in a folder that only its owner and root can enter, and there is no other way in.
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    // PostgreSQL's own rules for letters, so that text sorts and folds the same on every system and after every
    // upgrade of it. The provider is part of the server, so there is nothing to fall back from.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    `--lc-ctype=${locale}`,
    '--data-checksums',
    '--no-instructions',
    ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]
  try {
    const how = { ...account, cwd: directory, env: programEnvironment }
    await execute(join(native.folder, 'bin', 'initdb'), options, how)
  } catch (cause) {
    const reason = explain(textOf(cause, 'stderr') || String(cause))
    throw new EmbeddedError(`The database could not be created: ${reason}.`, { cause })
  }
}

async function giveTo({ uid, gid }: Account, directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid)
  }
  // The folder last: as long as it is ours, an interrupted start does this again.
  await chown(directory, uid, gid)
}
