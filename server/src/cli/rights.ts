import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, existsSync, type Stats } from 'node:fs'
import { mkdir, open, readdir, realpath, stat, type FileHandle } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Config } from '../config/config.ts'
import type { Connection } from '../database/connect.ts'
import { DEVELOPMENT_SECRET, SIGN_IN_SECRET } from '../identity/secrets.ts'
import type { Log } from '../logger.ts'
import { BUILD_FOLDER } from '../page/page.ts'
import { systemAccount, type Account } from '../system-account.ts'
import type { Trial } from './rights-trial.ts'
import { hasCode } from '../values.ts'

/** TypeScript in the workspace, JavaScript in the package. */
const extension = extname(import.meta.filename)

/** A part of all that is read after the start: a program, what says how to run it, a library; and the page. */
const readLater = [
  join(import.meta.dirname, `../media/render-process${extension}`),
  join(import.meta.dirname, '../../package.json'),
  createRequire(import.meta.url).resolve('sharp'),
]

/** A machine with a tenth of a core takes so long to start Node. */
const TRIAL_LIMIT_MS = 120_000

/**
 * Root opens ports and makes folders. It should not answer strangers: started as root, this process becomes the user
 * to whom the data belongs, for good, and the data that root has made is given to that user.
 *
 * Where that user could not read the project or the data, say in a folder below /root, this process stays root and
 * says so. Strangers' pictures are decoded without root's rights there too (render-process.ts).
 *
 * @param log for that line; a command beside a server leaves it to the server
 */
export async function giveUpRights(
  config: Config,
  connection: Connection,
  log?: Pick<Log, 'warn' | 'info'>,
): Promise<void> {
  if (process.getuid?.() !== 0 || !process.setgroups || !process.setgid || !process.setuid) return
  const account = await accountOf(config)
  const { storage, dataDir } = config
  if (storage.kind === 'local') {
    await mkdir(storage.root, { recursive: true, mode: 0o750 })
    await giveTree(await realpath(storage.root), account)
  }
  for (const name of [DEVELOPMENT_SECRET, SIGN_IN_SECRET]) await giveTree(join(dataDir, name), account)
  await openToGroup(dataDir, account)
  try {
    await tryAs(account, config, connection)
    // In this order: without root's rights the groups cannot be left any more.
    process.setgroups([account.gid])
    process.setgid(account.gid)
    process.setuid(account.uid)
    log?.info(account, 'UPM was started as root and now runs as the owner of the data')
  } catch (err) {
    log?.warn(
      { err, ...account },
      `UPM keeps running as root: the user with the id ${account.uid} cannot access everything that UPM needs. ` +
        'Move the project and DATA_DIR to folders that this user can access, or start UPM as a normal user.',
    )
  }
}

/** The owner of the data; where that is root, the system user of UPM. The embedded database has the same. */
async function accountOf({ databaseUrl, dataDir }: Config): Promise<Account> {
  const database = join(dataDir, 'postgres')
  const folder = databaseUrl === undefined && existsSync(database) ? database : dataDir
  const { uid, gid } = existsSync(folder) ? await stat(folder) : { uid: 0, gid: 0 }
  return uid === 0 ? systemAccount() : { uid, gid }
}

/**
 * Gives a file of root, or a folder with all that is in it. One of somebody else is theirs to give. It goes by open files, never
 * twice along a path, so that nobody can lead it elsewhere with a link; and the folder itself goes last, so that a
 * start that was interrupted does it again.
 */
async function giveTree(path: string, account: Account): Promise<void> {
  await withItself(path, async (handle, stats) => {
    if (stats.uid !== 0) return
    if (stats.isDirectory()) {
      const folder = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path
      for (const name of await readdir(folder)) await giveTree(join(folder, name), account)
    } else if (!stats.isFile() || stats.nlink > 1) return
    await handle.chown(account.uid, account.gid)
  })
}

/** Lets the group of that user pass through a folder of root's own group, as a strict umask and older releases made it. */
async function openToGroup(path: string, { gid }: Account): Promise<void> {
  await withItself(path, async (handle, stats) => {
    const isForGroup = (stats.mode & 0o011) === 0o010
    if (stats.isDirectory() && stats.uid === 0 && stats.gid === 0 && isForGroup) await handle.chown(0, gid)
  })
}

/** Opens what stands there, if anything does: not what a link leads to, and without waiting for the other end of a pipe. */
async function withItself(
  path: string,
  work: (handle: FileHandle, stats: Stats) => Promise<void>,
): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(path, flags).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ELOOP', 'ENXIO')) return undefined
    throw error
  })
  if (!handle) return
  try {
    await work(handle, await handle.stat())
  } finally {
    await handle.close()
  }
}

/** Tries in a process of that user what a running server does, since only the kernel knows all of its rules. */
async function tryAs(account: Account, { storage, page }: Config, connection: Connection): Promise<void> {
  const read = [...readLater, ...(page ? [join(BUILD_FOLDER, 'index.html')] : [])]
  const write = storage.kind === 'local' ? [storage.root] : []
  const child = spawn(process.execPath, [join(import.meta.dirname, `rights-trial${extension}`)], {
    ...account,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: TRIAL_LIMIT_MS,
  })
  // A process that could not begin has nobody who reads; its end says so.
  child.stdin.on('error', () => {})
  // By this way, since others see the arguments of a process, and the address may hold a password.
  child.stdin.end(JSON.stringify({ read, write, connection } satisfies Trial))
  const [said] = await Promise.all([text(child.stderr), once(child, 'exit')])
  const { exitCode: code, signalCode: signal } = child
  if (code !== 0) throw new Error(`the trial ended with ${code ?? signal}: ${said.trim()}`)
}
