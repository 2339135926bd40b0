import { columns, query, queryOne, sql, type Db, type Sql } from '../database/database.ts'
import type { Actor } from '../log/actor.ts'
import { insertEntries } from '../log/insert.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Form } from '../http/same.ts'
import { budgetColumns, spend, spentColumns, type ChangeLimits, type Exhausted } from '../accounts/budget.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import { changeTime, staying } from '../accounts/account.ts'
import { guardSession } from '../accounts/session.ts'
import { settingColumns, settingsObject, settingsUpdate, type Settings } from './settings.ts'

type AvatarRow = {
  storage_key: string
  content_type: string
  bytes: number
  width: number
  height: number
  placeholder: string
}

/** A profile document as it is stored. `sections` holds the fields of each type that the user holds, by section. */
export type DocumentRow = Settings & {
  id: number
  /** Null where somebody else has proven that it is theirs. */
  email: string | null
  first_name: string
  last_name: string
  role: string
  is_self_learning: boolean
  profile_type: string
  version: number
  created_at: string
  updated_at: string
  sections: Record<string, Fields>
  /** By section, the version of its type that the fields are stored under, where it is not 1. Null: all are of version 1. */
  type_versions?: Record<string, number> | null
  avatar_id: number | null
  avatar: AvatarRow | null
}

const userNames = [
  'id',
  'email',
  'first_name',
  'last_name',
  'role',
  'is_self_learning',
  'profile_type',
  'version',
  'created_at',
  'updated_at',
  'avatar_id',
]

/** The columns of a user and of their settings: of the rows that are called so, or of one that has both. */
function accountColumns(user: string, settings = user): Sql {
  return sql`${columns(user, userNames)}, ${settingColumns(settings)}`
}

/** The media row `m` as an object, or null. */
const avatarObject = sql`case when m.id is not null then jsonb_build_object('storage_key', m.storage_key,
  'content_type', m.content_type, 'bytes', m.bytes, 'width', m.width, 'height', m.height,
  'placeholder', m.placeholder) end as avatar`

/** Whole documents: of which users says the condition that follows. */
const documents = sql`select ${accountColumns('u', 's')},
      held.sections, held.type_versions, ${avatarObject}
    from upm.users u
    join upm.settings s on s.user_id = u.id
    cross join lateral (select jsonb_object_agg(p.profile_type || '_profile', p.fields) as sections,
        jsonb_object_agg(p.profile_type || '_profile', p.type_version) filter (where p.type_version <> 1) as type_versions
      from upm.profiles p where p.user_id = u.id) held
    left join upm.media m on m.owner_id = u.id and m.id = u.avatar_id`

/** Reads the whole document of an account that stays, in one round trip. */
export function findDocument(db: Db, userId: number): Promise<DocumentRow | undefined> {
  return queryOne<DocumentRow>(db, sql`${documents} where u.id = ${userId} and ${staying('u')}`)
}

/** The document if its owner shows it to everybody. One statement, whatever the reason is that it is not there. */
export function findPublicDocument(db: Db, userId: number): Promise<DocumentRow | undefined> {
  return queryOne<DocumentRow>(
    db,
    sql`${documents} where u.id = ${userId} and s.privacy_public_profile and u.disabled_at is null and ${staying('u')}`,
  )
}

/** The documents of these accounts, those that there are. */
export function listDocuments(db: Db, userIds: readonly number[]): Promise<DocumentRow[]> {
  return query<DocumentRow>(db, sql`${documents} where u.id = any(${userIds}::bigint[]) order by u.id`)
}

export type StartedRow = DocumentRow & { started_at: string }

/** Documents of users whose last start is before an instant, in the order of these, the ones after `last`. */
export function listStartedBefore(
  db: Db,
  before: Date,
  last: StartedRow | undefined,
  limit: number,
): Promise<StartedRow[]> {
  return query<StartedRow>(
    db,
    sql`select started.started_at, document.* from (
        select started_at, id from upm.users
        where started_at < ${before.toISOString()}::timestamptz
          and (started_at, id) > (coalesce(${last?.started_at ?? null}::timestamptz, '-infinity'), ${last?.id ?? 0}::bigint)
        order by started_at, id limit ${limit}::integer
      ) started cross join lateral (${documents} where u.id = started.id) document
      order by started.started_at, started.id`,
  )
}

/** What a patch writes: the fields by section, each value final (a JSON merge patch already applied to it). */
export type SectionChanges = Record<string, Fields>

export type PatchOptions = {
  /** By section, what stands for a field that was never written. */
  defaults: Record<string, Fields>
  /** By section, the fields of which a value can be written in several ways (http/same.ts). */
  forms: Record<string, Record<string, Form>>
  /** The versions that the document may have; null: any. */
  versions: number[] | null
  /**
   * The version of each type, by section: nothing is written where a section has an older one, or where one that the patch
   * names has a newer one. Null: whichever versions they have.
   */
  typeVersions: Readonly<Record<string, number>> | null
  limits: ChangeLimits
  request: RequestFacts
  /** Who makes the change, if it is not the user. */
  actor?: Actor | undefined
  /** The ids of the entries that may be written. */
  entryIds: { profile: string; settings: string }
}

type ChangedSections = {
  user?: Partial<Pick<DocumentRow, 'first_name' | 'last_name'>>
  settings?: Partial<Settings>
  [section: ProfileType['section']]: Fields
}

export type PatchedRow = DocumentRow & {
  /** Why nothing was written although a value differs: the account has made too many changes. Null: it has not. */
  exhausted: Exhausted | null
  /** Whether the version was one of those expected. */
  version_matches: boolean
  /** Whether nothing was written because of the versions of the types. */
  is_outdated: boolean
  /** By section, the fields whose value changed; null when nothing was written. */
  changed: ChangedSections | null
  /** The version and time of the document after the change; null when nothing was written. */
  new_version: number | null
  new_updated_at: string | null
}

/** The changes that users make themselves are nearly all, and send no value for it. */
function actorColumns(actor: Actor | undefined): Sql {
  return actor
    ? sql`${actor.kind}::text as actor_kind, ${actor.id}::text as actor_id`
    : sql`null as actor_kind, null as actor_id`
}

/**
 * Changes a document and writes what changed into the log: one statement, one round trip, and so one fact. Returns the
 * document as it was before, and what changed; undefined when there is no such user, it is to be deleted, or the session
 * has ended that asks.
 *
 * Nothing is written when the version is not one of those expected, when a section is named that the user does not
 * hold, when no value differs, or when the account has no change left (budget.ts).
 *
 * Patches of one user take turns at the lock on the user's row. All rows that are read are locked with it: a statement
 * sees the database as it was when it began, and only locked rows are read again after a wait. The entry's time is
 * taken after the lock and is later than that of the user's newest entry, so that the log's order is the order of the
 * changes; where there are two entries, the second one is a microsecond later.
 */
export function patchDocument(
  db: Db,
  userId: number,
  changes: SectionChanges,
  { defaults, forms, versions, typeVersions, limits, request, actor, entryIds }: PatchOptions,
): Promise<PatchedRow | undefined> {
  const patch = JSON.stringify(changes)
  const { alive, isAlive } = guardSession(request.session)
  const typeSections = Object.keys(changes).filter((section) => section !== 'user' && section !== 'settings')
  return queryOne<PatchedRow>(
    db,
    sql`
    -- The user's rows, locked: one for each type that the user holds.
    with ${alive}held as materialized (
      select ${accountColumns('u', 's')}, ${budgetColumns('u')}, u.logged_at, p.profile_type || '_profile' as section, p.fields,
        p.type_version
      from upm.users u
      join upm.settings s on s.user_id = u.id
      join upm.profiles p on p.user_id = u.id
      where u.id = ${userId} and ${staying('u')} ${isAlive}
      for no key update of u, s, p
    ),
    -- The document as it is before the change, in one row, and whether the change may be made at all.
    before as materialized (
      select ${accountColumns('h')}, ${budgetColumns('h')}, h.logged_at, clock_timestamp() as now,
        (select jsonb_object_agg(section, fields) from held) as sections,
        (select jsonb_object_agg(section, type_version) filter (where type_version <> 1) from held) as type_versions,
        (select coalesce(bool_or(type_version < wanted or (type_version > wanted and section = any(${typeSections}::text[]))), false)
          from (select section, type_version, (${typeVersions && JSON.stringify(typeVersions)}::jsonb -> section)::integer as wanted from held) held
        ) as is_outdated,
        coalesce(h.version = any(${versions}::integer[]), true) as version_matches,
        (select count(*) from held where section = any(${typeSections}::text[])) = ${typeSections.length}::integer as holds_all
      from held h limit 1
    ),
    -- By section, the fields of the patch whose value differs: as they are, and as they are to be.
    diff as materialized (
      select i.section, d.old, d.new
      from before b
      cross join lateral jsonb_each(${patch}::jsonb) as i (section, fields)
      cross join lateral (select case i.section
        when 'user' then jsonb_build_object('first_name', b.first_name, 'last_name', b.last_name)
        when 'settings' then ${settingsObject('b')}
        else (${JSON.stringify(defaults)}::jsonb -> i.section) || (b.sections -> i.section) end as fields) stored
      cross join lateral (
        select jsonb_object_agg(f.name, stored.fields -> f.name) as old, jsonb_object_agg(f.name, f.value) as new
        from jsonb_each(i.fields) as f (name, value)
        where not upm.is_same_value(stored.fields -> f.name, f.value, ${JSON.stringify(forms)}::jsonb -> i.section -> f.name)) d
      where b.version_matches and b.holds_all and not b.is_outdated and d.new is not null
    ),
    -- What one more change comes to, where there is one.
    budget as materialized (
      select ${budgetColumns('budget')}, budget."limit", budget.seconds
      from before b cross join lateral (${spend(limits)}) budget where exists (select from diff)
    ),
    -- The version and the time of the change; no row where nothing is to be written, and so nothing below is.
    stamp as materialized (
      select b.version + 1 as version, ${changeTime} as at, interval '1 microsecond' *
        (select (bool_or(section = 'settings') and bool_or(section <> 'settings'))::integer from diff) as second_after
      from before b
      where exists (select from budget where budget."limit" is null)
    ),
    -- The user: the names, which follow the issuer no longer, and with any change the version, the times and the count of changes.
    changed_user as (
      update upm.users u set version = stamp.version, updated_at = stamp.at,
        logged_at = stamp.at + stamp.second_after, ${spentColumns},
        first_name = coalesce(d.new ->> 'first_name', u.first_name),
        last_name = coalesce(d.new ->> 'last_name', u.last_name),
        first_name_edited = u.first_name_edited or coalesce(d.new ? 'first_name', false),
        last_name_edited = u.last_name_edited or coalesce(d.new ? 'last_name', false)
      from stamp cross join budget left join diff d on d.section = 'user'
      where u.id = ${userId}
    ),
    -- The settings.
    changed_settings as (
      update upm.settings s set ${settingsUpdate('d.new')}
      from stamp, diff d
      where s.user_id = ${userId} and d.section = 'settings'
    ),
    -- The fields of each type.
    changed_profiles as (
      update upm.profiles p set fields = p.fields || d.new, updated_at = stamp.at
      from stamp, diff d
      where p.user_id = ${userId} and d.section = p.profile_type || '_profile'
    ),
    -- The entries of the log: one of the profile, one of the settings, or both.
    logged as (${insertEntries(sql`
      select entry.id, ${userId}::bigint as user_id, ${actorColumns(actor)}, entry.action, entry.entity_type,
        ${userId}::text as entity_id, entry.metadata, stamp.at + entry.later as timestamp, ${request.ipAddress}::inet as ip_address,
        ${request.userAgent}::text as user_agent, ${request.requestId}::text as request_id
      from stamp cross join lateral (
        select ${entryIds.profile}::uuid as id, 'profile.updated' as action, 'profile' as entity_type, interval '0' as later,
          jsonb_build_object('changed', (select jsonb_agg(name) from diff, jsonb_object_keys(new) as name where section <> 'settings'),
            'changes', jsonb_object_agg(section, jsonb_build_object('old', old, 'new', new))) as metadata
        from diff where section <> 'settings' having count(*) > 0
        union all
        select ${entryIds.settings}::uuid, 'settings.updated', 'settings', stamp.second_after,
          jsonb_build_object('changed', (select jsonb_agg(name) from jsonb_object_keys(new) as name), 'before', old, 'after', new)
        from diff where section = 'settings'
      ) entry`)}
    )
    -- The document as it was, and what has changed.
    select ${accountColumns('b')}, b.sections, b.type_versions, b.version_matches, b.is_outdated, (select jsonb_object_agg(section, new) from diff) as changed,
      stamp.version as new_version, stamp.at as new_updated_at,
      (select jsonb_build_object('limit', "limit", 'seconds', seconds) from budget where "limit" is not null) as exhausted,
      ${avatarObject}
    from before b
    left join stamp on true
    left join upm.media m on m.owner_id = b.id and m.id = b.avatar_id`,
  )
}
