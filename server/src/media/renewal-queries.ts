/** The table of pictures that are to get a new address (database/migrations/0029.do.picture_renewals.sql). */
import { v7 as uuidv7 } from 'uuid'
import { changeTime } from '../accounts/account.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { insertEntries } from '../log/insert.ts'
import type { UrlAround } from './present.ts'

/** A picture whose address is to end. */
export type Renewal = { media_id: number; storage_key: string; sha256: Buffer }

/** Undefined: the account has no such picture, or no longer. */
export function findRenewal(db: Db, userId: number): Promise<Renewal | undefined> {
  return queryOne<Renewal>(
    db,
    sql`select m.id as media_id, m.storage_key, m.sha256 from upm.picture_renewals r
      join upm.media m on m.owner_id = r.user_id and m.id = r.media_id where r.user_id = ${userId}`,
  )
}

/**
 * Accounts whose turn it is, those first that wait longest. Each is given to one process, until its next attempt is due: after
 * ten seconds, then after twice as long each time, at most five minutes.
 *
 * @param now the clock; default: the database's.
 */
export async function takeDueRenewals(db: Db, limit: number, now?: Date): Promise<number[]> {
  const rows = await query<{ user_id: number }>(
    db,
    sql`with due as materialized (
        select r.user_id from upm.picture_renewals r
        where r.due_at <= coalesce(${now ?? null}::timestamptz, clock_timestamp())
        order by r.due_at limit ${limit}::integer
        for update skip locked
      )
      update upm.picture_renewals r
      set attempts = r.attempts + 1, due_at = coalesce(${now ?? null}::timestamptz, clock_timestamp())
        + least(interval '10 seconds' * 2 ^ least(r.attempts, 10), interval '5 minutes')
      from due where r.user_id = due.user_id
      returning r.user_id`,
  )
  return rows.map(({ user_id: userId }) => userId)
}

/** There is nothing to renew: the picture has no files, so that no address shows it. */
export async function forgetRenewal(db: Db, userId: number, { media_id: id }: Renewal): Promise<void> {
  await query(db, sql`delete from upm.picture_renewals where user_id = ${userId} and media_id = ${id}`)
}

/**
 * Puts a picture whose files are stored under another key in the place of itself, and logs it: one statement, and so one fact.
 * The row is a new one, so that a patch that has waited for this sees that its picture is another one (documents.ts). With the
 * old row goes the renewal; its files are given to the sweep. It is no change of the person: it counts in no limit, and needs
 * no session.
 *
 * @returns the id of the entry. Undefined: the account has another picture by now, or the files may not be claimed any more.
 */
export async function moveAvatar(
  db: Db,
  userId: number,
  { media_id: id, storage_key: oldKey }: Renewal,
  {
    newKey,
    request,
    urlAround: [before, after],
  }: { newKey: string; request: RequestFacts; urlAround: UrlAround },
): Promise<string | undefined> {
  const entryId = uuidv7()
  const moved = await queryOne<{ at: string }>(
    db,
    sql`with held as materialized (
      -- The account, locked, if it still has this picture.
      select u.id, u.updated_at, u.logged_at from upm.users u
      where u.id = ${userId} and u.avatar_id = ${id} for no key update
    ), claimed as (
      delete from upm.unclaimed_files f using held where f.storage_key = ${newKey} and f.attempts = 0
      returning f.storage_key
    ), link as (
      insert into upm.media (owner_id, kind, storage_key, content_type, bytes, width, height, sha256, placeholder, created_at)
      select m.owner_id, m.kind, claimed.storage_key, m.content_type, m.bytes, m.width, m.height, m.sha256, m.placeholder,
        m.created_at
      from upm.media m cross join claimed where m.owner_id = ${userId} and m.id = ${id}
      returning id
    ), stamp as materialized (
      select ${changeTime} as at from held where exists (select from link)
    ), changed as (
      update upm.users u set avatar_id = link.id, version = u.version + 1, updated_at = stamp.at, logged_at = stamp.at
      from link cross join stamp where u.id = ${userId}
    ), removed as (
      -- A trigger notes its files for the sweep.
      delete from upm.media m using stamp where m.owner_id = ${userId} and m.id = ${id}
    ), logged as (${insertEntries(sql`
      select ${entryId}::uuid as id, ${userId}::bigint as user_id, null as actor_kind, null as actor_id,
        'avatar.moved' as action, 'avatar' as entity_type, ${userId}::text as entity_id,
        jsonb_build_object('avatar_url', ${before}::text || ${newKey}::text || ${after}::text,
          'previous_url', ${before}::text || ${oldKey}::text || ${after}::text) as metadata,
        stamp.at as timestamp, ${request.ipAddress}::inet as ip_address, ${request.userAgent}::text as user_agent,
        ${request.requestId}::text as request_id
      from stamp`)}
    )
    select at from stamp`,
  )
  return moved && entryId
}
