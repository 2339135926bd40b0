import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { copyInto } from '../../server/src/database/copy.ts'
import { openPool } from '../../server/src/database/pool.ts'
import type { Connection } from '../../server/src/database/connect.ts'
import type { Pool } from '../../server/src/database/database.ts'
import { migrate } from '../../server/src/database/migrate.ts'
import { openDatabase } from '../../server/src/database/open.ts'
import { entryColumns } from '../../server/src/log/insert.ts'
import { ensurePartitions } from '../../server/src/log/partitions.ts'
import { newToken } from './tokens.ts'

export type Account = { subject: string; userId: number; token: string }

export type Data = {
  accounts: Account[]
  /** Those of them that have a thousand entries each. */
  readers: Account[]
  /** The one that has a million, where these are asked for. */
  million: Account
}

export type Database = {
  connection: Connection
  pool: Pool
  /** Of the process that all of the server's are children of. */
  pid: number
  version: string
  close: () => Promise<void>
}

const ACCOUNTS = 1000
const READERS = 100
const READER_ENTRIES = 1000
const MILLION = 1_000_000
/** Requests at a time while accounts are made. */
const MAKERS = 8

const DAY = 86_400_000
/** The log goes over three years, and so over 36 partitions. */
export const LAST_ENTRY = Date.now() - DAY
export const FIRST_ENTRY = LAST_ENTRY - 3 * 365 * DAY

/** Of an account's entries one in five thousand. */
export const RARE_ACTION = 'avatar.deleted'

/** An embedded PostgreSQL of its own, with the tables and no rows. */
export async function openBenchDatabase(directory: string): Promise<Database> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const { connection, close } = await openDatabase(
    { databaseUrl: undefined, dataDir: directory },
    'own',
    silent,
  )
  const pool = openPool(connection)
  await migrate(connection)
  await ensurePartitions(pool, { from: new Date(FIRST_ENTRY) })
  const { rows } = await pool.query<{ server_version: string }>('show server_version')
  return {
    connection,
    pool,
    pid: Number.parseInt(readFileSync(join(directory, 'postgres', 'postmaster.pid'), 'utf8'), 10),
    version: rows[0]?.server_version ?? '',
    close: async () => {
      await pool.end()
      await close()
    },
  }
}

/** Makes the accounts as people do, over HTTP, and then copies entries into their logs. */
export async function fill({ pool }: Database, url: string, withMillion: boolean): Promise<Data> {
  const accounts: Account[] = []
  const makeSome = async (first: number) => {
    for (let number = first; number <= ACCOUNTS; number += MAKERS)
      accounts[number] = await openAccount(url, `person-${number}`)
  }
  await Promise.all(Array.from({ length: MAKERS }, (_, first) => makeSome(first)))
  const million = accounts.pop()
  if (!million) throw new Error('there are no accounts')
  const readers = accounts.slice(0, READERS)
  await copyEntries(pool, entriesOf(readers, READERS * READER_ENTRIES))
  if (withMillion) await copyEntries(pool, entriesOf([million], MILLION))
  await pool.query('vacuum (analyze)')
  return { accounts, readers, million }
}

async function openAccount(url: string, subject: string): Promise<Account> {
  const token = newToken(subject)
  const answer = await fetch(`${url}/api/me/profile/`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      tutor_profile: {
        headline: 'Mathematics and physics',
        bio: 'I explain things slowly and with examples. '.repeat(7).trim(),
        subjects: ['mathematics', 'physics'],
        languages: ['uk', 'en'],
        experience_years: 7,
        hourly_rate: { amount: '450.00', currency: 'UAH' },
      },
    }),
  })
  if (!answer.ok) throw new Error(`the account of ${subject}: ${answer.status} ${await answer.text()}`)
  const { user } = (await answer.json()) as { user: { id: number } }
  return { subject, userId: user.id, token }
}

async function copyEntries(pool: Pool, rows: Iterable<unknown[]>): Promise<void> {
  const client = await pool.connect()
  try {
    await copyInto(client, 'activity_log', entryColumns.text, rows)
  } finally {
    client.release()
  }
}

/** Oldest first, the accounts in turn. The order of the columns is that of `entryColumns`. */
function* entriesOf(accounts: Account[], count: number): Generator<unknown[]> {
  for (let index = 0; index < count; index++) {
    const at = FIRST_ENTRY + ((LAST_ENTRY - FIRST_ENTRY) / count) * index
    const account = accounts[index % accounts.length]
    const { action, entityType, metadata } = entry(Math.floor(index / accounts.length))
    yield [
      uuidv7({ msecs: at }),
      account?.userId,
      null,
      null,
      action,
      entityType,
      String(account?.userId),
      metadata,
      new Date(at).toISOString(),
      '203.0.113.7',
      'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
      uuidv7(),
    ]
  }
}

function entry(number: number): { action: string; entityType: string; metadata: object } {
  if (number % 5000 === 17)
    return {
      action: RARE_ACTION,
      entityType: 'avatar',
      metadata: { previous_url: '/media/avatars/a-512.webp' },
    }
  if (number % 4 === 0) return { action: 'system.login', entityType: 'system', metadata: {} }
  const [old, now] = [{ headline: `Mathematics ${number}` }, { headline: `Algebra ${number}` }]
  const metadata = { changed: ['headline'], changes: { tutor_profile: { old, new: now } } }
  return { action: 'profile.updated', entityType: 'profile', metadata }
}
