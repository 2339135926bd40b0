/**
 * Replays a user's log: the last entry that holds a whole document (the first one, or a checkpoint), and then what each
 * entry says has changed. What other services have reported changed nothing here.
 */
import { wholeMetadata } from '../log/texts.ts'
import { query, sql, type Db } from '../database/database.ts'
import type { ActionMetadata } from '../log/actions.ts'
import { isRecord } from '../values.ts'

type Section = Record<string, unknown>
type Entry = {
  [Action in keyof ActionMetadata]: { action: Action; metadata: ActionMetadata[Action] }
}[keyof ActionMetadata]

/** The state that the log leads to: the document without what no entry tells (version and times). */
export async function replay(db: Db, userId: number): Promise<Record<string, unknown>> {
  const entries = await query<Entry>(
    db,
    sql`select action, ${wholeMetadata} as metadata from upm.activity_log entry where user_id = ${userId}
      and actor_kind is distinct from 'service' and timestamp >= (select max(timestamp) from upm.activity_log
        where user_id = ${userId} and actor_kind is null and action in ('system.profile.initialized', 'profile.checkpoint'))
      order by timestamp, id`,
  )
  let document: Record<string, unknown> | undefined
  for (const { action, metadata } of entries) {
    if (action === 'system.profile.initialized') {
      document = structuredClone(metadata.initial)
      continue
    }
    if (action === 'profile.checkpoint') {
      document = structuredClone(metadata.document)
      continue
    }
    // Of the same instant as the start.
    if (!document) continue
    if (action === 'profile.type_added') {
      change(document, `${metadata.profile_type}_profile`, null, metadata.fields)
    } else if (action === 'profile.type_activated') {
      change(document, 'profile_type', metadata.previous, metadata.profile_type)
    } else if (action === 'profile.type_removed') {
      change(document, `${metadata.profile_type}_profile`, metadata.fields, null)
    } else if (action === 'profile.upgraded') {
      upgrade(document, metadata)
    } else if (action === 'profile.updated') {
      for (const [section, { old, new: now }] of Object.entries(metadata.changes))
        apply(document, section, old, now)
    } else if (action === 'settings.updated') {
      apply(document, 'settings', metadata.before, metadata.after)
    } else if (action === 'avatar.uploaded') {
      if (document['avatar_url'] !== (metadata.previous_url ?? null))
        throw new Error('not the picture before')
      document['avatar_url'] = metadata.avatar_url
    } else if (action === 'avatar.moved') {
      change(document, 'avatar_url', metadata.previous_url, metadata.avatar_url)
    } else if (action === 'avatar.deleted') {
      if (document['avatar_url'] !== metadata.previous_url) throw new Error('not the picture before')
      document['avatar_url'] = null
    }
  }
  if (!document) throw new Error('the log has no entry with the whole document')
  return statePart(document)
}

/** What of a document the log accounts for. */
export function statePart(document: Record<string, unknown>): Record<string, unknown> {
  const {
    version: _version,
    created_at: _created,
    updated_at: _updated,
    avatar: _avatar,
    ...state
  } = document
  return state
}

/** Each entry must follow on from the one before: its old values are what is there. */
function apply(document: Record<string, unknown>, section: string, old: Section, now: Section): void {
  const current = document[section]
  if (!isRecord(current)) throw new Error(`the document has no ${section}`)
  for (const [name, value] of Object.entries(old)) {
    if (JSON.stringify(sorted(current[name])) !== JSON.stringify(sorted(value))) {
      throw new Error(
        `${section}.${name} was ${JSON.stringify(current[name])}, the log says ${JSON.stringify(value)}`,
      )
    }
  }
  document[section] = { ...current, ...now }
}

/** The fields of a newer version take the place of those of the older one. */
function upgrade(document: Record<string, unknown>, entry: ActionMetadata['profile.upgraded']): void {
  for (const [section, { old }] of Object.entries(entry.changes)) {
    const current = document[section]
    if (!isRecord(current)) throw new Error(`the document has no ${section}`)
    // A field that was no longer shown is in no entry before.
    const known = Object.fromEntries(Object.entries(old).filter(([name]) => Object.hasOwn(current, name)))
    apply(document, section, known, {})
    document[section] = structuredClone(entry.fields)
  }
}

/** A member of the document itself gets another value, if it has the one that the entry says. */
function change(document: Record<string, unknown>, name: string, old: unknown, now: unknown): void {
  if (JSON.stringify(sorted(document[name])) !== JSON.stringify(sorted(old)))
    throw new Error(`the log does not follow on: ${name} was ${JSON.stringify(document[name])}`)
  document[name] = now
}

/** jsonb keeps no order of keys. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
