import { setTimeout as sleep } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import { SUPERUSER } from './cluster.ts'
import { EmbeddedError, explain } from './error.ts'
import {
  isServing,
  launch,
  readPostmaster,
  type Launch,
  type Log,
  type Place,
  type Postmaster,
} from './postmaster.ts'
import { hasCode } from '../values.ts'

/** `own`: the only owner of the database. `share`: one of those who use it for now. */
export type Mode = 'own' | 'share'

/** A connection that holds our claim on a running server; `ended` resolves when it is gone, for whatever reason. */
export type Session = {
  client: Client
  postmaster: Postmaster
  socket: { host: string; port: number }
  isOpen: () => boolean
  ended: Promise<void>
}

export type HoldOptions = {
  mode: Mode
  log: Log
  signal: AbortSignal
  /** Go back to this server instead of starting one. */
  only?: Postmaster
}

export const DATABASE = 'upm'

/** Advisory locks of the database `postgres`, which is there from the beginning. */
const locks = { owner: '5591117, 1', user: '5591117, 2', leaving: '5591117, 3' }

const POLL_MS = 25
/** The server writes a line into its log for every connection that it turns away. */
const BUSY_POLL_MS = 250
const NOTICE_AFTER_MS = 2_000
const RELAUNCH_PAUSE_MS = 250
const CONNECT_LIMIT_MS = 60_000
/** A tenth of a core takes its time. */
const ANSWER_LIMIT_MS = 10 * 60_000
/** Reading back what was written since the last checkpoint, at most max_wal_size, from a slow disk. */
const RECOVERY_LIMIT_MS = 15 * 60_000
/** A killed owner's connection outlives it by a moment, and a command that takes the server down owns it for one. */
const OWNER_GRACE_MS = 2_000

/**
 * Connects to the server of `place`, which it starts when none runs, and claims it as `mode` says.
 *
 * @throws EmbeddedError when it does not start or answer, when it has another owner, or (`only`) when it has ended.
 */
export async function hold(place: Place, options: HoldOptions): Promise<Session> {
  const deadline = performance.now() + ANSWER_LIMIT_MS
  for (;;) {
    const session = await reach(place, options)
    try {
      await claim(session.client, place, options.mode)
      return session
    } catch (error) {
      await session.client.end()
      if (!isDisconnection(error) || performance.now() > deadline) throw error
      // The server went down under us, as when a command that was its last user leaves it: the next one is ours.
    }
  }
}

/** Connects to the running server; starts one when there is none; waits as long as one is on its way up or down. */
async function reach(place: Place, { mode, log, signal, only }: HoldOptions): Promise<Session> {
  const { directory, logFile } = place
  let began = performance.now()
  let launched: Launch | undefined
  let busySince: number | undefined
  let told = false
  for (;;) {
    signal.throwIfAborted()
    const postmaster = await readPostmaster(directory)
    const answer = postmaster?.ready ? await callUp(postmaster, mode, directory) : 'silent'
    if (typeof answer === 'object') return answer
    const lives = postmaster !== undefined && (await isServing(postmaster.pid, directory))
    if (only && (!lives || postmaster.pid !== only.pid)) {
      throw new EmbeddedError(`The database server in ${directory} has stopped. Its log is ${logFile}.`)
    }
    busySince =
      answer === 'busy' || (lives && !postmaster.ready) ? (busySince ?? performance.now()) : undefined
    const isLate =
      performance.now() > (busySince === undefined ? began + ANSWER_LIMIT_MS : busySince + RECOVERY_LIMIT_MS)

    if (launched?.exited()) {
      const output = await launched.fail()
      if (isLate || !isInterim(output)) {
        throw new EmbeddedError(
          `The database in ${directory} does not start: ${explain(output)}. Its log is ${logFile}.`,
        )
      }
      launched = undefined
      await sleep(RELAUNCH_PAUSE_MS)
    } else if (isLate) {
      // A server that recovers goes on with that, and the next start finds it further on.
      if (busySince === undefined) launched?.kill()
      throw new EmbeddedError(`The database in ${directory} does not respond. Its log is ${logFile}.`)
    } else if (!launched && !lives && answer !== 'busy') {
      launched = await launch(place, log)
      // Making the database is no part of the time that its server has to answer in.
      began = performance.now()
    }
    if (!told && busySince !== undefined && performance.now() - busySince > NOTICE_AFTER_MS) {
      told = true
      log.info({ directory }, 'Waiting for the database, which is recovering or stopping')
    }
    await sleep(answer === 'busy' ? BUSY_POLL_MS : POLL_MS)
  }
}

/**
 * Another start was faster, by so little that its lock file has yet to be written perhaps, or the last processes of a
 * killed server are just ending: all of that settles by itself.
 */
function isInterim(output: string): boolean {
  return /lock file ".*" (?:already exists|is empty)|pre-existing shared memory block/.test(output)
}

/** `busy` is a server that lives but takes no connections now; where it is `silent` there may be none at all. */
async function callUp(
  postmaster: Postmaster,
  mode: Mode,
  directory: string,
): Promise<Session | 'busy' | 'silent'> {
  if (!postmaster.socket) return 'silent'
  const client = new Client({
    ...postmaster.socket,
    user: SUPERUSER,
    database: 'postgres',
    ssl: false,
    application_name: `upm ${mode === 'own' ? 'owner' : 'user'} pid=${process.pid}`,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    // Our claim lasts as long as this connection: neither PGOPTIONS nor the configuration may cut it short.
    options: '-c statement_timeout=0 -c lock_timeout=0 -c idle_session_timeout=0',
  })
  // Every error of a connection is followed by its end, which is what matters to us.
  client.on('error', () => undefined)
  let open = true
  const ended = new Promise<void>((resolve) => client.once('end', resolve)).then(() => void (open = false))
  try {
    await client.connect()
    return { client, postmaster, socket: postmaster.socket, isOpen: () => open, ended }
  } catch (error) {
    if (error instanceof DatabaseError) {
      if (error.code === CANNOT_CONNECT_NOW) return 'busy'
      if (isDisconnection(error) || error.code === TOO_MANY_CONNECTIONS) return 'silent'
      throw new EmbeddedError(`The database in ${directory} refuses the connection: ${error.message}.`, {
        cause: error,
      })
    }
    if (hasCode(error, 'EACCES')) throw error
    return 'silent'
  }
}

const CANNOT_CONNECT_NOW = '57P03'
const TOO_MANY_CONNECTIONS = '53300'

function isDisconnection(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code?.startsWith('57P') ?? false
  return error instanceof Error && !(error instanceof EmbeddedError) && error.name !== 'AbortError'
}

async function claim(client: Client, { directory }: Place, mode: Mode): Promise<void> {
  if (mode === 'share') {
    await client.query(`select pg_advisory_lock_shared(${locks.user})`)
    return
  }
  const deadline = performance.now() + OWNER_GRACE_MS
  while (!(await tryLock(client, locks.owner))) {
    if (performance.now() > deadline) {
      const pid = await ownerPid(client)
      throw new EmbeddedError(
        `The database in ${directory} is in use by another UPM${pid ? ` (process ${pid})` : ''}. Stop that one first, or set DATA_DIR to another folder.`,
      )
    }
    await sleep(POLL_MS)
  }
}

async function tryLock(client: Client, lock: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${lock}) as got`)
  return rows[0]?.got === true
}

async function ownerPid(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and (classid, objid) = (${locks.owner}) and granted`,
  )
  return /pid=(\d+)/.exec(rows[0]?.application_name ?? '')?.[1]
}

/** Makes the database `upm` when there is none. */
export async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
  if (rowCount === 1) return
  try {
    await client.query(`create database ${DATABASE}`)
  } catch (error) {
    // Another process made it in this moment: both ways in which PostgreSQL says so.
    if (!(error instanceof DatabaseError && ['42P04', '23505'].includes(error.code ?? ''))) throw error
  }
}

/** Whether pg_trgm knows letters beyond ASCII there (locale.ts). */
export async function knowsLetters(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locale: string }>(
    'select datctype as locale from pg_database where datname = $1',
    [DATABASE],
  )
  return !/^(?:C|POSIX)$/.test(rows[0]?.locale ?? '')
}

/**
 * Whether nobody but us uses the server, so that a command which leaves has to take it down. When it is so, nobody
 * can come to use it any more until our connection ends. Those who leave at once take turns, else each would wait
 * for the other to do it.
 */
export async function isLastUser(client: Client): Promise<boolean> {
  await client.query(`select pg_advisory_lock(${locks.leaving})`)
  await client.query(`select pg_advisory_unlock_shared(${locks.user})`)
  return (await tryLock(client, locks.owner)) && (await tryLock(client, locks.user))
}
