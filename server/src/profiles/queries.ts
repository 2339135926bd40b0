import { queryOne, sql, type Db } from '../database/database.ts'
import { entryColumns } from '../activity/queries.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Fields } from './profile-type.ts'

export type SettingsRow = {
  timezone: string
  ui_language: string
  notifications_enabled: boolean
  privacy_public_profile: boolean
}

type AvatarRow = {
  storage_key: string
  content_type: string
  bytes: number
  width: number
  height: number
  placeholder: string
}

/** A profile document as it is stored. `sections` holds the fields of each type that the user holds, by section. */
export type DocumentRow = SettingsRow & {
  id: number
  email: string
  first_name: string
  last_name: string
  role: string
  is_self_learning: boolean
  profile_type: string
  version: number
  created_at: string
  updated_at: string
  sections: Record<string, Fields>
  avatar_id: number | null
  avatar: AvatarRow | null
}

const accountColumns = sql`u.id, u.email, u.first_name, u.last_name, u.role, u.is_self_learning, u.profile_type,
  u.version, u.created_at, u.updated_at, u.avatar_id,
  s.timezone, s.ui_language, s.notifications_enabled, s.privacy_public_profile`

/** The media row `m` as an object, or null. */
const avatarObject = sql`case when m.id is not null then jsonb_build_object('storage_key', m.storage_key,
  'content_type', m.content_type, 'bytes', m.bytes, 'width', m.width, 'height', m.height,
  'placeholder', m.placeholder) end as avatar`

/** Reads the whole document in one round trip. */
export function findDocument(db: Db, userId: number): Promise<DocumentRow | undefined> {
  return queryOne<DocumentRow>(
    db,
    sql`select ${accountColumns},
      (select jsonb_object_agg(p.profile_type || '_profile', p.fields) from profiles p where p.user_id = u.id) as sections,
      ${avatarObject}
    from users u
    join settings s on s.user_id = u.id
    left join media m on m.id = u.avatar_id
    where u.id = ${userId}`,
  )
}

/** What a patch writes: the fields by section, each value final (a JSON merge patch already applied to it). */
export type SectionChanges = Record<string, Fields>

export type PatchOptions = {
  /** By section, what stands for a field that was never written. */
  defaults: Record<string, Fields>
  /** The versions that the document may have; null: any. */
  versions: number[] | null
  request: RequestFacts
  /** The ids of the entries that may be written. */
  entryIds: { profile: string; settings: string }
}

export type PatchedRow = DocumentRow & {
  /** Whether the version was one of those expected. */
  version_matches: boolean
  /** By section, the fields whose value changed; null when nothing was written. */
  changed: SectionChanges | null
  /** The version and time of the document after the change; null when nothing was written. */
  new_version: number | null
  new_updated_at: string | null
}

/**
 * Changes a document and writes what changed into the log: one statement, one round trip, and so one fact. Returns the
 * document as it was before, and what changed; undefined when there is no such user.
 *
 * Nothing is written when the version is not one of those expected, when a section is named that the user does not
 * hold, or when no value differs.
 *
 * Patches of one user take turns at the lock on the user's row. All rows that are read are locked with it: a statement
 * sees the database as it was when it began, and only locked rows are read again after a wait. The entry's time is
 * taken after the lock and is always later than the one before it, so that the log's order is the order of the changes.
 */
export function patchDocument(
  db: Db,
  userId: number,
  changes: SectionChanges,
  { defaults, versions, request, entryIds }: PatchOptions,
): Promise<PatchedRow | undefined> {
  const patch = JSON.stringify(changes)
  const typeSections = Object.keys(changes).filter((section) => section !== 'user' && section !== 'settings')
  return queryOne<PatchedRow>(
    db,
    sql`with held as materialized (
      select ${accountColumns}, p.profile_type || '_profile' as section, p.fields
      from users u
      join settings s on s.user_id = u.id
      join profiles p on p.user_id = u.id
      where u.id = ${userId}
      for no key update of u, s, p
    ), before as materialized (
      select h.*, (select jsonb_object_agg(section, fields) from held) as sections,
        coalesce(h.version = any(${versions}::integer[]), true) as version_matches,
        (select count(*) from held where section = any(${typeSections}::text[])) = ${typeSections.length}::integer as holds_all
      from held h limit 1
    ), diff as materialized (
      select i.section, d.old, d.new
      from before b
      cross join lateral jsonb_each(${patch}::jsonb) as i (section, fields)
      cross join lateral (select case i.section
        when 'user' then jsonb_build_object('first_name', b.first_name, 'last_name', b.last_name)
        when 'settings' then jsonb_build_object('timezone', b.timezone, 'ui_language', b.ui_language,
          'notifications_enabled', b.notifications_enabled, 'privacy_public_profile', b.privacy_public_profile)
        else (${JSON.stringify(defaults)}::jsonb -> i.section) || (b.sections -> i.section) end as fields) stored
      cross join lateral (
        select jsonb_object_agg(f.name, stored.fields -> f.name) as old, jsonb_object_agg(f.name, f.value) as new
        from jsonb_each(i.fields) as f (name, value)
        where f.value is distinct from stored.fields -> f.name) d
      where b.version_matches and b.holds_all and d.new is not null
    ), stamp as materialized (
      select b.version + 1 as version, greatest(clock_timestamp(), b.updated_at + interval '1 microsecond') as at
      from before b
      where exists (select from diff)
    ), changed_user as (
      update users u set version = stamp.version, updated_at = stamp.at,
        first_name = coalesce(d.new ->> 'first_name', u.first_name),
        last_name = coalesce(d.new ->> 'last_name', u.last_name)
      from stamp left join diff d on d.section = 'user'
      where u.id = ${userId}
    ), changed_settings as (
      update settings s set timezone = coalesce(d.new ->> 'timezone', s.timezone),
        ui_language = coalesce(d.new ->> 'ui_language', s.ui_language),
        notifications_enabled = coalesce((d.new ->> 'notifications_enabled')::boolean, s.notifications_enabled),
        privacy_public_profile = coalesce((d.new ->> 'privacy_public_profile')::boolean, s.privacy_public_profile)
      from diff d
      where s.user_id = ${userId} and d.section = 'settings'
    ), changed_profiles as (
      update profiles p set fields = p.fields || d.new, updated_at = stamp.at
      from stamp, diff d
      where p.user_id = ${userId} and d.section = p.profile_type || '_profile'
    ), logged as (
      insert into activity_log ${entryColumns}
      select entry.id, ${userId}::bigint, null, entry.action, entry.entity_type, ${userId}::text, entry.metadata, stamp.at,
        ${request.ipAddress}::inet, ${request.userAgent}::text, ${request.requestId}::text
      from stamp cross join lateral (
        select ${entryIds.profile}::uuid as id, 'profile.updated' as action, 'profile' as entity_type,
          jsonb_build_object('changed', (select jsonb_agg(name) from diff, jsonb_object_keys(new) as name where section <> 'settings'),
            'changes', jsonb_object_agg(section, jsonb_build_object('old', old, 'new', new))) as metadata
        from diff where section <> 'settings' having count(*) > 0
        union all
        select ${entryIds.settings}::uuid, 'settings.updated', 'settings',
          jsonb_build_object('changed', (select jsonb_agg(name) from jsonb_object_keys(new) as name), 'before', old, 'after', new)
        from diff where section = 'settings'
      ) entry
    )
    select b.*, (select jsonb_object_agg(section, new) from diff) as changed,
      stamp.version as new_version, stamp.at as new_updated_at,
      ${avatarObject}
    from before b
    left join stamp on true
    left join media m on m.id = b.avatar_id`,
  )
}

/** Takes the lock that patches of this user take turns at, for the rest of the transaction. */
export async function lockDocument(db: Db, userId: number): Promise<void> {
  await queryOne(db, sql`select from users where id = ${userId} for no key update`)
}

/** The language a user has chosen, for messages to a caller who does not say. */
export async function findLanguage(db: Db, userId: number): Promise<string | undefined> {
  const row = await queryOne<{ ui_language: string }>(
    db,
    sql`select ui_language from settings where user_id = ${userId}`,
  )
  return row?.ui_language
}

/** The time zone that a user's days are counted in. */
export async function findTimeZone(db: Db, userId: number): Promise<string | undefined> {
  const row = await queryOne<{ timezone: string }>(
    db,
    sql`select timezone from settings where user_id = ${userId}`,
  )
  return row?.timezone
}
