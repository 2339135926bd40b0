import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from './operator-error.ts'

const execute = promisify(execFile)

/** A user of the operating system, as whom UPM and its database run when they are started as root. */
export type Account = { uid: number; gid: number }

/** The user that is made for UPM where no other owns its data. */
const NAME = 'upm'

/**
 * The system user `upm`, made when there is none.
 *
 * @throws OperatorError when it cannot be made.
 */
export async function systemAccount(): Promise<Account> {
  const found = await lookUp()
  if (found) return found
  let cause: unknown
  try {
    await execute('groupadd', ['--force', '--system', NAME])
    await execute('useradd', ['--system', '--no-create-home', '--gid', NAME, NAME])
  } catch (error) {
    // Another first start may have made the user in this moment, which is as good.
    cause = error
  }
  const account = await lookUp()
  if (account) return account
  throw new OperatorError(
    `UPM and its database do not run as root, and the system user "${NAME}" that they would run as could not be created: run UPM as a normal user, or create that user.`,
    { cause },
  )
}

async function lookUp(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execute('id', [flag, NAME])))
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
  } catch {
    // `id` says by its exit status that there is no such user.
    return undefined
  }
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
