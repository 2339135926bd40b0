import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedError } from './error.ts'

const execute = promisify(execFile)

/** The user as whom PostgreSQL runs when we are root, which it refuses to be. */
export type Account = { uid: number; gid: number }

/**
 * The account to run the database in `directory` as; undefined is ourselves.
 *
 * As root it is the owner of an existing database, so that `sudo upm token` leaves the files of a normal user
 * usable by that user, else the system user `postgres`, made when there is none.
 *
 * @throws EmbeddedError when the folder belongs to someone else and we are not root, or no user can be made.
 */
export async function findAccount(directory: string): Promise<Account | undefined> {
  const owner = existsSync(directory) ? await stat(directory) : undefined
  const self = process.getuid?.()
  if (self !== 0) {
    if (!owner || owner.uid === self) return undefined
    throw new EmbeddedError(
      `The database folder ${directory} belongs to another user (uid ${owner.uid}): run UPM as that user or as root, or set DATA_DIR to another folder.`,
    )
  }
  if (owner && owner.uid !== 0 && existsSync(join(directory, 'PG_VERSION'))) {
    return { uid: owner.uid, gid: owner.gid }
  }
  return (await lookUp('postgres')) ?? (await createSystemUser('postgres'))
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execute('id', [flag, name])))
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
  } catch {
    // `id` says by its exit status that there is no such user.
    return undefined
  }
}

async function createSystemUser(name: string): Promise<Account> {
  let cause: unknown
  try {
    await execute('groupadd', ['--force', '--system', name])
    await execute('useradd', ['--system', '--no-create-home', '--gid', name, name])
  } catch (error) {
    // Another first start may have made the user in this moment, which is as good.
    cause = error
  }
  const account = await lookUp(name)
  if (account) return account
  throw new EmbeddedError(
    `PostgreSQL does not run as root, and the system user "${name}" that it would run as could not be created: run UPM as a normal user, or create that user.`,
    { cause },
  )
}

/**
 * How the server, started with `directory` as its working directory, finds that directory as `account`.
 *
 * A first try is often made by root in /root, through which no other user may pass. On Linux the server still gets
 * in: Node changes into the folder while it is root, and /proc/self/cwd leads a process to its working directory
 * without a walk along the path. So nothing has to be moved, and no permission of the operator's is widened.
 *
 * @throws EmbeddedError on other systems, naming the first folder that is closed.
 */
export async function serverPath(
  directory: string,
  account: Account | undefined,
  platform = process.platform,
): Promise<string> {
  const closed = account && (await firstClosedFolder(dirname(directory), account))
  if (closed === undefined) return directory
  if (platform === 'linux') return '/proc/self/cwd'
  throw new EmbeddedError(
    `PostgreSQL does not run as root but as another user (uid ${account?.uid}), who may not pass through ${closed}: set DATA_DIR to a folder elsewhere, allow it with "chmod o+x ${closed}", or run UPM as a normal user.`,
  )
}

/** The first folder on the way to `path` (a real path, itself included) that `account` may not pass through. */
export async function firstClosedFolder(path: string, account: Account): Promise<string | undefined> {
  const above = dirname(path)
  const closed = above === path ? undefined : await firstClosedFolder(above, account)
  if (closed !== undefined) return closed
  const { mode, uid, gid } = await stat(path)
  const pass = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  return (mode & pass) === 0 ? path : undefined
}
