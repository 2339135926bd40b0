/**
 * The table of files that no picture claims (database/migrations/0009.do.unclaimed_files.sql). A key is in it from
 * before its files are stored until a picture claims them, and from when that picture goes until they are deleted.
 * Whatever is deleted from the storage stands here first.
 */
import { query, sql, type Db } from '../database/database.ts'

/** How long files may wait for their picture. To store four of them takes a minute where it is slow. */
const CLAIM_WITHIN = '1 hour'

/**
 * Notes that files are about to be stored under this key, so that the sweep finds what a crash leaves of them.
 *
 * @returns false when files of this key are being deleted: nothing may be stored under it until they are gone.
 */
export async function noteFiles(db: Db, storageKey: string): Promise<boolean> {
  const noted = await query(
    db,
    sql`insert into upm.unclaimed_files as noted (storage_key, due_at)
      values (${storageKey}, clock_timestamp() + ${CLAIM_WITHIN}::interval)
      on conflict (storage_key) do update set due_at = excluded.due_at where noted.attempts = 0
      returning storage_key`,
  )
  return noted.length > 0
}

/**
 * Notes it again, also where a sweep has taken the first note: an upload has failed, and its last file may come late.
 */
export async function noteFilesAgain(db: Db, storageKey: string): Promise<void> {
  await query(
    db,
    sql`insert into upm.unclaimed_files (storage_key, due_at)
      values (${storageKey}, clock_timestamp() + ${CLAIM_WITHIN}::interval)
      on conflict (storage_key) do update set due_at = excluded.due_at`,
  )
}

/**
 * Takes the files of these keys for pictures that are added in the same transaction.
 *
 * @returns how many could be taken; the others were left too long and are being deleted.
 */
export async function claimFiles(db: Db, storageKeys: readonly string[]): Promise<number> {
  const claimed = await query(
    db,
    sql`delete from upm.unclaimed_files where storage_key = any(${storageKeys}) and attempts = 0 returning storage_key`,
  )
  return claimed.length
}

/** Has the sweep delete what is stored under this key, again if it has done so already. */
export async function giveUpFiles(db: Db, storageKey: string): Promise<void> {
  await query(
    db,
    sql`insert into upm.unclaimed_files as noted (storage_key, due_at, attempts)
      values (${storageKey}, clock_timestamp(), 1)
      on conflict (storage_key) do update set due_at = excluded.due_at, attempts = noted.attempts + 1`,
  )
}

/** Files that are to be deleted, for the how manieth time, and when the next one is due. */
export type DueFiles = { storageKey: string; attempts: number; dueAt: string }

/**
 * Those whose turn it is, the ones that wait longest first. Each is given to one process, until its next attempt is
 * due: after ten seconds, then after twice as long each time, at most five minutes. Nobody can claim them any more.
 *
 * Files that a picture claims are never among them, whatever has put them into the table.
 *
 * @param now the clock; default: the database's.
 */
export async function takeDueFiles(db: Db, limit: number, now?: Date): Promise<DueFiles[]> {
  const rows = await query<{ storage_key: string; attempts: number; due_at: string }>(
    db,
    sql`with due as materialized (
        select u.storage_key from upm.unclaimed_files u
        where u.due_at <= coalesce(${now ?? null}::timestamptz, clock_timestamp())
          and not exists (select from upm.media m where m.storage_key = u.storage_key)
        order by u.due_at limit ${limit}::integer
        for update skip locked
      )
      update upm.unclaimed_files u
      set attempts = u.attempts + 1,
        due_at = clock_timestamp() + least(interval '10 seconds' * 2 ^ least(u.attempts, 10), interval '5 minutes')
      from due where u.storage_key = due.storage_key
      returning u.storage_key, u.attempts, u.due_at::text`,
  )
  return rows.map(({ storage_key: storageKey, attempts, due_at: dueAt }) => ({ storageKey, attempts, dueAt }))
}

/** The files are gone. What somebody else has taken, given up or noted since then stays in the table. */
export async function forgetFiles(db: Db, files: readonly DueFiles[]): Promise<void> {
  await query(
    db,
    sql`delete from upm.unclaimed_files u
      using unnest(${files.map(({ storageKey }) => storageKey)}::text[],
        ${files.map(({ attempts }) => attempts)}::integer[],
        ${files.map(({ dueAt }) => dueAt)}::timestamptz[]) as gone (storage_key, attempts, due_at)
      where u.storage_key = gone.storage_key and u.attempts = gone.attempts and u.due_at = gone.due_at`,
  )
}

/** The files of a picture that was just replaced or removed are gone, unless a sweep has taken them meanwhile. */
export async function forgetReplaced(db: Db, storageKey: string): Promise<void> {
  await query(db, sql`delete from upm.unclaimed_files where storage_key = ${storageKey} and attempts = 1`)
}
