import { changeTime, staying } from '../accounts/account.ts'
import { guardSession } from '../accounts/session.ts'
import { budgetColumns, spend, spentColumns, type ChangeLimits, type Exhausted } from '../accounts/budget.ts'
import { queryOne, sql, type Db, type Sql } from '../database/database.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { insertEntries } from '../log/insert.ts'
import type { NewAvatar, UrlAround } from './present.ts'

export type AvatarChange = {
  /** The picture to link, whose files are stored; null: the one that is there is taken away. */
  avatar: NewAvatar | null
  limits: ChangeLimits
  request: RequestFacts
  /** The id of the entry that may be written. */
  entryId: string
  urlAround: UrlAround
}

export type ChangedAvatar = Exhausted & {
  /** False: another change of the picture was committed while this one waited. Nothing was done; send it again. */
  is_current: boolean
  /**
   * When the document changed. Null: it has not, since the account has made too many changes, there was no picture to
   * take away, or the files of the new one are no longer to be claimed.
   */
  at: string | null
  /** The key of the picture that the document had before. */
  previous_key: string | null
}

/**
 * Puts a picture in the place of the one that is there, or takes it away, and logs it: one statement, one round trip, and so
 * one fact. The row of the old picture goes with the link to it, and its files are given to the sweep.
 *
 * Changes of one account take turns at the lock on its row. A statement sees the database as it was when it began, and of
 * what was committed during its wait only the locked row; so it makes sure that it sees the picture which that row names.
 *
 * @returns undefined when there is no such account, it is to be deleted, or the session has ended that asks.
 */
export function changeAvatar(
  db: Db,
  userId: number,
  change: AvatarChange,
): Promise<ChangedAvatar | undefined> {
  const { avatar, limits, request, entryId, urlAround } = change
  const { alive, isAlive } = guardSession(request.session)
  const previousUrl = sql`${urlAround[0]}::text || removed.storage_key || ${urlAround[1]}::text`
  return queryOne<ChangedAvatar>(
    db,
    sql`with ${alive}held as materialized (
      -- The account, locked.
      select u.id, u.version, u.updated_at, u.logged_at, u.avatar_id, ${budgetColumns('u')} from upm.users u
      where u.id = ${userId} and ${staying('u')} ${isAlive} for no key update
    ), b as materialized (
      -- The same, the time after the wait, and whether the picture that it names is seen.
      select held.id, held.version, held.updated_at, held.logged_at, held.avatar_id, ${budgetColumns('held')},
        clock_timestamp() as now, held.avatar_id is null or exists (
          select from upm.media m where m.owner_id = held.id and m.id = held.avatar_id) as is_current
      from held
    ), budget as materialized (
      -- What is left of the changes that the account may make.
      select ${budgetColumns('budget')}, budget."limit", budget.seconds from b cross join lateral (${spend(limits)}) budget
      where b.is_current ${avatar === null ? sql`and b.avatar_id is not null` : sql``}
    ), ${avatar === null ? sql`link as (select null::bigint as id from budget where "limit" is null)` : added(avatar)}, stamp as materialized (
      -- When.
      select ${changeTime} as at from b where exists (select from link)
    ), changed as (
      update upm.users u set avatar_id = link.id, version = u.version + 1, updated_at = stamp.at, logged_at = stamp.at,
        ${spentColumns}
      from link cross join stamp cross join budget where u.id = ${userId}
    ), removed as (
      -- The row of the picture before. A trigger notes its files for the sweep.
      delete from upm.media m using b, stamp where m.owner_id = b.id and m.id = b.avatar_id returning m.storage_key
    ), logged as (${insertEntries(sql`
      select ${entryId}::uuid as id, ${userId}::bigint as user_id, null as actor_kind, null as actor_id,
        ${avatar === null ? 'avatar.deleted' : 'avatar.uploaded'}::text as action, 'avatar' as entity_type,
        ${userId}::text as entity_id, ${avatar === null ? sql`'{}'::jsonb` : facts(avatar, urlAround)} || case
          when removed.storage_key is null then '{}'::jsonb else jsonb_build_object('previous_url', ${previousUrl}) end as metadata,
        stamp.at as timestamp, ${request.ipAddress}::inet as ip_address, ${request.userAgent}::text as user_agent,
        ${request.requestId}::text as request_id
      from stamp left join removed on true`)}
    )
    select b.is_current, budget."limit", budget.seconds, stamp.at, removed.storage_key as previous_key
    from b left join budget on true left join stamp on true left join removed on true`,
  )
}

/** The expressions that claim the files of a new picture and insert its row, as `link`. */
function added(avatar: NewAvatar): Sql {
  return sql`claimed as (
      delete from upm.unclaimed_files f using budget
      where f.storage_key = ${avatar.storageKey} and f.attempts = 0 and budget."limit" is null
      returning f.storage_key
    ), link as (
      insert into upm.media (owner_id, kind, storage_key, content_type, bytes, width, height, sha256, placeholder)
      select ${avatar.ownerId}::bigint, 'avatar', storage_key, ${avatar.contentType}, ${avatar.bytes}::integer,
        ${avatar.width}::integer, ${avatar.height}::integer, ${avatar.sha256}::bytea, ${avatar.placeholder}
      from claimed returning id
    )`
}

/** What the entry says of a new picture. */
function facts(avatar: NewAvatar, [before, after]: AvatarChange['urlAround']): Sql {
  return sql`jsonb_build_object('avatar_url', ${before}::text || ${avatar.storageKey}::text || ${after}::text,
          'file_size', ${avatar.bytes}::integer, 'width', ${avatar.width}::integer, 'height', ${avatar.height}::integer)`
}
