import { changeTime, staying } from '../accounts/account.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { insertEntries } from '../log/insert.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'

/** A profile whose fields are of an older version of its type. */
export type OutdatedRow = {
  user_id: number
  type_version: number
  fields: Fields
  /** The version of the document. */
  version: number
}

export type Place = Pick<OutdatedRow, 'type_version' | 'user_id'>

/** Profiles of older versions than the declared one, in the order of an index, the ones after `last`. */
export function listOutdated(
  db: Db,
  { name, version }: ProfileType,
  last: Place | undefined,
  limit: number,
): Promise<OutdatedRow[]> {
  const after = sql`(${last?.type_version ?? 0}::integer, ${last?.user_id ?? 0}::bigint)`
  return query<OutdatedRow>(
    db,
    sql`select p.user_id, p.type_version, p.fields, u.version
      from (
        select user_id, type_version, fields from upm.profiles
        where profile_type = ${name} and type_version < ${version}::integer and (type_version, user_id) > ${after}
        order by type_version, user_id limit ${limit}::integer
      ) p join upm.users u on u.id = p.user_id
      order by p.type_version, p.user_id`,
  )
}

/** How many profiles have an older version than the declared one. */
export async function countOutdated(db: Db, { name, version }: ProfileType): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`select count(*) from upm.profiles where profile_type = ${name} and type_version < ${version}::integer`,
  )
  return row?.count ?? 0
}

/** The same of one account, or undefined if its profile is none of these. */
export function findOutdated(
  db: Db,
  { name, version }: ProfileType,
  userId: number,
): Promise<OutdatedRow | undefined> {
  return queryOne<OutdatedRow>(
    db,
    sql`select p.user_id, p.type_version, p.fields, u.version from upm.profiles p join upm.users u on u.id = p.user_id
      where p.user_id = ${userId} and p.profile_type = ${name} and p.type_version < ${version}::integer`,
  )
}

/** What becomes of a profile that was read, and the entry that says so. */
export type PlannedUpgrade = {
  id: string
  user_id: number
  type_version: number
  version: number
  fields: Fields
  metadata: unknown
}

/**
 * Writes the new fields and the entries, one fact for each profile: of those whose document still has the version that was read,
 * and whose account nobody else has locked. So each profile is upgraded once, by however many processes. Returns whose were written.
 */
export async function writeUpgrades(
  db: Db,
  { name, version }: ProfileType,
  upgrades: readonly PlannedUpgrade[],
  request: RequestFacts,
): Promise<number[]> {
  const rows = await query<{ user_id: number }>(
    db,
    sql`with sent as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(upgrades)}::jsonb)
        as sent (id uuid, user_id bigint, type_version integer, version integer, fields jsonb, metadata jsonb)
    ), held as materialized (
      select u.id, u.version, u.updated_at, u.logged_at from upm.users u
      where u.id in (select user_id from sent) and ${staying('u')} order by u.id for no key update skip locked
    ), fresh as materialized (
      select sent.*, ${changeTime} as at
      from held join sent on sent.user_id = held.id and sent.version = held.version
    ), changed_users as (
      update upm.users u set version = u.version + 1, updated_at = fresh.at, logged_at = fresh.at
      from fresh where u.id = fresh.user_id
    ), changed_profiles as (
      update upm.profiles p set fields = fresh.fields, type_version = ${version}::integer, updated_at = fresh.at
      from fresh where p.user_id = fresh.user_id and p.profile_type = ${name} and p.type_version = fresh.type_version
    ), logged as (${insertEntries(sql`
      select id, user_id, null as actor_kind, null as actor_id, 'profile.upgraded' as action, 'profile' as entity_type,
        user_id::text as entity_id, metadata, at as timestamp, ${request.ipAddress}::inet as ip_address,
        ${request.userAgent}::text as user_agent, ${request.requestId}::text as request_id
      from fresh`)})
    select user_id from fresh order by user_id`,
  )
  return rows.map(({ user_id: userId }) => userId)
}
