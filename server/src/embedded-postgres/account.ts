import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { firstClosedFolder, systemAccount, type Account } from '../system-account.ts'
import { EmbeddedError } from './error.ts'

/**
 * The account to run the database in `directory` as; undefined is ourselves.
 *
 * As root it is the owner of an existing database, so that `sudo upm token` leaves the files of a normal user
 * usable by that user, else the system user of UPM, which no other PostgreSQL of the machine shares.
 *
 * @throws EmbeddedError when the folder belongs to someone else and we are not root.
 * @throws OperatorError when no user can be made.
 */
export async function findAccount(directory: string): Promise<Account | undefined> {
  const owner = existsSync(directory) ? await stat(directory) : undefined
  const self = process.getuid?.()
  if (self !== 0) {
    if (!owner || owner.uid === self) return undefined
    throw new EmbeddedError(
      `The database folder ${directory} belongs to another user (uid ${owner.uid}). Run UPM as that user or as root, or set DATA_DIR to another folder.`,
    )
  }
  if (owner && owner.uid !== 0 && existsSync(join(directory, 'PG_VERSION'))) {
    return { uid: owner.uid, gid: owner.gid }
  }
  return systemAccount()
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
    `PostgreSQL cannot run as root. It runs as another user (uid ${account?.uid}), who has no access to ${closed}. Set DATA_DIR to another folder, allow access with "chmod o+x ${closed}", or run UPM as a normal user.`,
  )
}
