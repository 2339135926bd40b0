/**
 * Replays a user's log: the first document, and then what each entry says has changed. What other services wrote
 * (`actor_id`) changed nothing here.
 */
import { query, sql, type Db } from '../src/database/database.ts'

type Section = Record<string, unknown>
type Entry = { action: string; metadata: Record<string, unknown> }

/** The state that the log leads to: the document without what no entry tells (version and times). */
export async function replay(db: Db, userId: number): Promise<Record<string, unknown>> {
  const entries = await query<Entry>(
    db,
    sql`select action, metadata from activity_log where user_id = ${userId} and actor_id is null order by timestamp, id`,
  )
  let document: Record<string, unknown> | undefined
  for (const { action, metadata } of entries) {
    if (action === 'system.profile.initialized') {
      document = structuredClone(metadata['initial'] as Record<string, unknown>)
      continue
    }
    if (!document) throw new Error('the log does not begin with the first document')
    if (action === 'profile.updated') {
      const changes = metadata['changes'] as Record<string, { old: Section; new: Section }>
      for (const [section, { old, new: now }] of Object.entries(changes)) apply(document, section, old, now)
    } else if (action === 'settings.updated') {
      apply(document, 'settings', metadata['before'] as Section, metadata['after'] as Section)
    } else if (action === 'avatar.uploaded') {
      if (document['avatar_url'] !== (metadata['previous_url'] ?? null))
        throw new Error('not the picture before')
      document['avatar_url'] = metadata['avatar_url']
    } else if (action === 'avatar.deleted') {
      if (document['avatar_url'] !== metadata['previous_url']) throw new Error('not the picture before')
      document['avatar_url'] = null
    }
  }
  return statePart(document ?? {})
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
  const current = document[section] as Section
  for (const [name, value] of Object.entries(old)) {
    if (JSON.stringify(sorted(current[name])) !== JSON.stringify(sorted(value))) {
      throw new Error(
        `${section}.${name} was ${JSON.stringify(current[name])}, the log says ${JSON.stringify(value)}`,
      )
    }
  }
  document[section] = { ...current, ...now }
}

/** jsonb keeps no order of keys. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
