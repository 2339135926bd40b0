import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, open, readFile, readlink, rename, rm, stat, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../system-account.ts'
import { serverPath } from './account.ts'
import { ensureCluster } from './cluster.ts'
import { EmbeddedError } from './error.ts'
import { findNative, programEnvironment } from './native.ts'
import { hasCode } from '../values.ts'

export type Log = Record<'info' | 'warn' | 'error', (about: object, message: string) => void>

/** Where a database is: its folder (a real path), its server's log, and the user to run it as when we are root. */
export type Place = { directory: string; logFile: string; account: Account | undefined }

/** A server as its postmaster.pid describes it, line by line. It takes connections only while it is `ready`. */
export type Postmaster = { pid: number; ready: boolean; socket?: { host: string; port: number } }

/**
 * A server that this process has started. When it `exited` before it answered, `fail` tidies up and tells what it
 * had to say.
 */
export type Launch = { exited: () => boolean; fail: () => Promise<string>; kill: () => void }

const PORT = 5432
/** A socket's path has room for 107 bytes on Linux and 103 on macOS. */
const SOCKET_PATH_MAX_BYTES = 100
const SOCKET_FOLDER = 'upm-postgres-'
const LOG_MAX_BYTES = 10_000_000
const ROOM_FOR_LOG_BYTES = 64 * 1024
const FAST_STOP_LIMIT_MS = 60_000
const IMMEDIATE_STOP_LIMIT_MS = 10_000
const POLL_MS = 20

/** What postmaster.pid in `directory` says, whether that server still lives or not. */
export async function readPostmaster(directory: string): Promise<Postmaster | undefined> {
  const lines = (await readIfAny(join(directory, 'postmaster.pid'))).split('\n')
  const [pid, , , port, folder, , , status] = lines
  if (!pid) return undefined
  const known = { pid: Number(pid), ready: status?.trim() === 'ready' }
  if (!port || !folder) return known
  return { ...known, socket: { host: folder === '.' ? directory : folder, port: Number(port) } }
}

async function readIfAny(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return ''
    throw error
  }
}

/** Linux tells where a process works. macOS does not, and there a living process has to be proof enough. */
const hasProc = existsSync('/proc/self/cwd')

/** Whether process `pid` is the server of `directory`. */
export async function isServing(pid: number, directory: string): Promise<boolean> {
  return (await identify(pid, directory)) === 'server'
}

/**
 * What the process `pid` of a postmaster.pid is by now. A living process proves little: in a container the same few
 * ids come again after every restart. But a server works in its folder, and nothing else does.
 */
async function identify(pid: number, directory: string): Promise<'server' | 'stranger' | 'nothing'> {
  if (!isAlive(pid)) return 'nothing'
  if (!hasProc) return 'server'
  try {
    const state = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.charAt(0)
    // Ended, but not collected by its parent, which in a container is often not made for that.
    if (state === 'Z') return 'stranger'
    return (await readlink(`/proc/${pid}/cwd`)) === directory ? 'server' : 'stranger'
  } catch {
    // It is just ending and will be gone soon; or a policy hides its folder, and we had better take it for the server.
    return 'server'
  }
}

/** Whether there is a process `pid` that we may signal: one of another user (EPERM) cannot be our server. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/**
 * Starts the server of `directory`, whose database it creates when there is none. Does not wait until it answers.
 *
 * The server gets a session of its own, so that Ctrl-C in a terminal reaches only us, who stop it when the requests
 * under way are done; and a file to write its log to, not a pipe, so that it survives us.
 */
export async function launch({ directory, logFile, account }: Place, log: Log): Promise<Launch> {
  const native = await findNative(account)
  if (await ensureCluster(directory, native, account)) log.info({ directory }, 'Database created')
  await clearRemains(directory, log)

  await limitLog(logFile)
  const file = await open(logFile, 'a', 0o600)
  try {
    const start = (await file.stat()).size
    const socketFolder = await makeSocketFolder(directory, account)
    const child = spawn(
      join(native.folder, 'bin', 'postgres'),
      ['-D', await serverPath(directory, account), ...transport(socketFolder)],
      {
        ...account,
        cwd: directory,
        env: programEnvironment,
        detached: true,
        stdio: ['ignore', file.fd, file.fd],
      },
    )
    let failure: Error | undefined
    child.on('error', (error) => (failure = error))
    child.unref()
    return {
      exited: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
      fail: async () => {
        await removeSocketFolder(socketFolder)
        return failure?.message ?? (await readLog(logFile, start))
      },
      kill: () => child.kill('SIGQUIT'),
    }
  } finally {
    await file.close()
  }
}

/** What the log says from byte `start` on; and what it cannot say, when the disk has no room for it either. */
async function readLog(logFile: string, start: number): Promise<string> {
  const text = (await readFile(logFile)).subarray(start).toString()
  const { bavail, bsize } = await statfs(dirname(logFile))
  return bavail * bsize < ROOM_FOR_LOG_BYTES ? `${text}\nError: no space left on device` : text
}

/** A socket and nothing else: no port that another PostgreSQL may have, or that others on the machine can reach. */
function transport(socketFolder: string): string[] {
  const settings = {
    listen_addresses: '',
    port: PORT,
    unix_socket_directories: `"${socketFolder}"`,
    unix_socket_permissions: '0700',
    logging_collector: 'off',
    log_destination: 'stderr',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** "." is the data folder, whatever its path; one whose path is too long has its socket in a private one elsewhere. */
async function makeSocketFolder(directory: string, account: Account | undefined): Promise<string> {
  if (Buffer.byteLength(`${directory}/.s.PGSQL.${PORT}`) <= SOCKET_PATH_MAX_BYTES) return '.'
  const folder = await mkdtemp(join(shortTemporaryFolder(), SOCKET_FOLDER))
  if (account) await chown(folder, account.uid, account.gid)
  return folder
}

function shortTemporaryFolder(): string {
  // Root's own TMPDIR may be closed to the user that the server runs as.
  return process.getuid?.() === 0 || tmpdir().length > SOCKET_PATH_MAX_BYTES / 2 ? '/tmp' : tmpdir()
}

/**
 * Removes what a killed server has left and PostgreSQL would not: its socket folder, and lock files whose process id
 * is in use, before which PostgreSQL would refuse to start. Should processes of the killed server still be
 * ending, PostgreSQL finds that by their shared memory, whatever became of the files.
 */
async function clearRemains(directory: string, log: Log): Promise<void> {
  const remains = await readPostmaster(directory)
  if (!remains) return
  const process = await identify(remains.pid, directory)
  if (process === 'server' || (await readPostmaster(directory))?.pid !== remains.pid) return
  await removeSocketFolder(remains.socket?.host)
  if (process === 'nothing') return
  log.warn(
    { directory, serverPid: remains.pid },
    'Removed the lock files of a killed database server: its process id belongs to another process',
  )
  for (const name of ['postmaster.pid', `.s.PGSQL.${PORT}.lock`])
    await rm(join(directory, name), { force: true })
}

async function removeSocketFolder(folder: string | undefined): Promise<void> {
  // Only one that we made; "." and the data folder stay.
  if (folder && basename(folder).startsWith(SOCKET_FOLDER)) await rm(folder, { recursive: true, force: true })
}

async function limitLog(logFile: string): Promise<void> {
  const found = await stat(logFile).catch(() => undefined)
  if (found && found.size > LOG_MAX_BYTES) await rename(logFile, `${logFile}.1`)
}

/**
 * Stops the server of `directory`: connections are closed, what is under way is rolled back, all is written. A server
 * that does not manage that in time is stopped at once and recovers at its next start; nothing that was committed
 * is lost by that. It need not be our child.
 *
 * @throws EmbeddedError when it does not end at all.
 */
export async function stopPostmaster(directory: string, postmaster: Postmaster, log: Log): Promise<void> {
  const { pid } = postmaster
  if (!(await signalAndWait(directory, pid, 'SIGINT', FAST_STOP_LIMIT_MS))) {
    log.warn({ directory, serverPid: pid }, 'The database takes too long to stop; it is stopped immediately')
    if (!(await signalAndWait(directory, pid, 'SIGQUIT', IMMEDIATE_STOP_LIMIT_MS))) {
      throw new EmbeddedError(`The database in ${directory} does not stop. End the process ${pid} by hand.`)
    }
  }
  await removeSocketFolder(postmaster.socket?.host)
}

async function signalAndWait(
  directory: string,
  pid: number,
  signal: NodeJS.Signals,
  limitMs: number,
): Promise<boolean> {
  const deadline = performance.now() + limitMs
  if (await isServing(pid, directory)) send(pid, signal)
  while (await isServing(pid, directory)) {
    if (performance.now() > deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It may have ended in this moment.
    if (!hasCode(error, 'ESRCH')) throw error
  }
}
