import { query, queryOne, sql, type Db } from '../database/database.ts'
import { giveUpFiles } from '../media/unclaimed-files.ts'
import type { StoredState } from './schema.ts'

/** How long an archive can be downloaded, and how long nobody can ask for another one. */
const DAY = sql`interval '24 hours'`

export type ExportRow = {
  id: string
  /** `ready` also when it has expired. */
  state: StoredState
  is_expired: boolean
  percent: number
  expires_at: string | null
}

const shown = sql`id, state, coalesce(expires_at <= clock_timestamp(), false) as is_expired, percent, expires_at`

/** For how many seconds this account, which is locked, may not ask for another archive; 0: it may. */
export async function findWait(db: Db, userId: number): Promise<number> {
  const row = await queryOne<{ seconds: number }>(
    db,
    sql`select coalesce(ceil(extract(epoch from max(requested_at) + ${DAY} - clock_timestamp())), 0)::integer as seconds
      from upm.exports where user_id = ${userId} and state <> 'failed'`,
  )
  return Math.max(0, row?.seconds ?? 0)
}

export async function insertExport(db: Db, userId: number, id: string): Promise<void> {
  await query(db, sql`insert into upm.exports (id, user_id) values (${id}::uuid, ${userId})`)
}

/** The newest ones first. */
export function listExports(db: Db, userId: number): Promise<ExportRow[]> {
  return query(
    db,
    sql`select ${shown} from upm.exports where user_id = ${userId} order by requested_at desc, id desc limit 100`,
  )
}

export type StoredExport = ExportRow & {
  storage_key: string | null
  secret: Buffer | null
  tag: Buffer | null
  bytes: number | null
}

export function findExport(db: Db, userId: number, id: string): Promise<StoredExport | undefined> {
  return queryOne(
    db,
    sql`select ${shown}, storage_key, secret, tag, bytes from upm.exports where user_id = ${userId} and id = ${id}::uuid`,
  )
}

export type Attempt = { id: string; number: number; userId: number }

/** Begins the next attempt to build an archive that somebody waits for. Undefined: nobody does. */
export async function beginAttempt(db: Db, id: string): Promise<Attempt | undefined> {
  const row = await queryOne<{ attempts: number; user_id: number }>(
    db,
    sql`update upm.exports set state = 'running', percent = 0, attempts = attempts + 1, touched_at = clock_timestamp()
      where id = ${id}::uuid and state in ('queued', 'running') returning attempts, user_id`,
  )
  return row && { id, number: row.attempts, userId: row.user_id }
}

/** Says that an attempt goes on. False: it counts no more. */
export async function touchAttempt(
  db: Db,
  { id, number }: Attempt,
  percent: number,
  storageKey: string,
): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`with noted as (
        update upm.unclaimed_files set due_at = clock_timestamp() + interval '1 hour'
        where storage_key = ${storageKey} and attempts = 0
      )
      update upm.exports set percent = ${percent}::smallint, touched_at = clock_timestamp()
      where id = ${id}::uuid and attempts = ${number}::integer and state = 'running' returning id`,
  )
  return row !== undefined
}

export type Built = { storageKey: string; secret: Buffer; tag: Buffer; bytes: number }

/**
 * Makes what an attempt has stored the archive, which the sweep deletes when its day is over. False: the attempt counts no more,
 * or the file is being deleted, and the file is to be given up.
 */
export async function endAttempt(db: Db, { id, number }: Attempt, built: Built): Promise<boolean> {
  const { storageKey, secret, tag, bytes } = built
  const row = await queryOne(
    db,
    sql`with claimed as (
        -- First: the sweep may take the file at this moment. Then it is no archive.
        update upm.unclaimed_files set due_at = now() + ${DAY}
        where storage_key = ${storageKey} and attempts = 0 returning storage_key
      )
      update upm.exports e set state = 'ready', percent = 100, ended_at = now(), touched_at = now(), expires_at = now() + ${DAY},
        storage_key = claimed.storage_key, secret = ${secret}::bytea, tag = ${tag}::bytea, bytes = ${bytes}::bigint
      from claimed where e.id = ${id}::uuid and e.attempts = ${number}::integer and e.state = 'running'
      returning e.id`,
  )
  return row !== undefined
}

/** Has the sweep delete the file of an attempt, unless it has become the archive. */
export async function giveUpAttempt(db: Db, storageKey: string): Promise<void> {
  const row = await queryOne(db, sql`select from upm.exports where storage_key = ${storageKey}`)
  if (!row) await giveUpFiles(db, storageKey)
}

/** Gives up an export. The account may ask again at once. */
export async function failExport(db: Db, { id, number }: Attempt): Promise<void> {
  await query(
    db,
    sql`update upm.exports set state = 'failed', percent = 0, ended_at = clock_timestamp()
      where id = ${id}::uuid and attempts = ${number}::integer and state in ('queued', 'running')`,
  )
}

/** Takes the lock of an export until the end of the transaction. It ends with the connection: also with the process. */
export async function lockExport(db: Db, id: string): Promise<boolean> {
  const row = await queryOne<{ locked: boolean }>(
    db,
    sql`select pg_try_advisory_xact_lock(hashtextextended('upm.exports ' || ${id}::text, 0)) as locked`,
  )
  return row?.locked ?? false
}

/** About how many rows there are to write. */
export async function countEntries(db: Db, userId: number): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`select count(*) as count from upm.activity_log where user_id = (select ${userId}::bigint)`,
  )
  return row?.count ?? 0
}

/** Exports that nobody has gone on with for a while. */
export async function listForgotten(db: Db): Promise<string[]> {
  const rows = await query<{ id: string }>(
    db,
    sql`select id from upm.exports where state in ('queued', 'running') and touched_at < clock_timestamp() - interval '2 minutes'
      order by touched_at limit 100`,
  )
  return rows.map(({ id }) => id)
}

/** Deletes what nobody needs to know any more. */
export async function deleteOld(db: Db): Promise<number> {
  const rows = await query(
    db,
    sql`delete from upm.exports where requested_at < clock_timestamp() - interval '30 days' and state in ('ready', 'failed') returning id`,
  )
  return rows.length
}
