/**
 * The activity of the old system, with its times, addresses and devices. Its entries say who has reported them: they are the
 * past of an account as another system saw it, and no replay of the log takes them for changes that were made here.
 */
import { isIP } from 'node:net'
import { v5 as uuidv5 } from 'uuid'
import { transaction } from '../database/database.ts'
import { copyEntries, lockLogs, preferIndexes } from '../log/copy.ts'
import type { EntryRow } from '../log/insert.ts'
import { MAX_METADATA_BYTES } from '../log/metadata.ts'
import { ensurePartitions } from '../log/partitions.ts'
import { redact } from '../log/redact.ts'
import { isRecord } from '../values.ts'
import { storable } from './account.ts'
import type { ActivityColumns } from './mapping.ts'
import { listImported, listKnownEntries } from './queries.ts'
import type { Run } from './run.ts'
import { quoted } from './source.ts'

const ENTRIES_AT_ONCE = 1_000
/** More than any page of the log may have. */
const MAX_KEPT_METADATA_BYTES = 256 * 1024
const MAX_USER_AGENT_CHARACTERS = 1_024
/** Of the columns of the log. */
const LIMITS = { action: 100, entity_type: 100, entity_id: 64 } as const
/** So many of the oldest entries may lie in the open end of the log: a stray one does not make months by the hundred. */
const STRAY_ENTRIES = 100
const STRAY_SHARE = 0.001
/** Django is no older. */
const FIRST_MONTH = '2005-07-01T00:00:00.000000Z'

/** Of the ids that are made of an old system's. */
const NAMESPACE = '6f1c9d3e-2b7a-5c48-9e05-8d4b1a7f3c62'

type SourceRow = {
  id: string
  user: string | null
  is_known: boolean
  action: string | null
  entity_type: string | null
  entity_id: string | null
  metadata: string | null
  metadata_bytes: number | null
  timestamp: string | null
  is_out_of_range: boolean
  ip_address: string | null
  user_agent: string | null
}

/** The actor of everything that was imported from this system. */
const actorOf = (name: string) => ({ kind: 'service' as const, id: `import:${name}` })

export async function importEntries(run: Run): Promise<void> {
  const { mapping, source, report } = run
  const { activity } = mapping
  if (!activity) return
  if (!run.isDry) await preparePartitions(run, activity)
  for await (const rows of source.batches<SourceRow>(statementOf(run, activity), ENTRIES_AT_ONCE)) {
    await importBatch(run, activity, rows)
    await report.flush()
    run.advance(rows.length)
  }
}

/** By user, so that the rows of each account lie together and its row is locked once. */
function statementOf({ mapping, select }: Run, activity: ActivityColumns): string {
  const { table, user, metadata, timestamp, ip_address: address } = activity
  const { users } = mapping
  const text = (name: string | null, limit: number) => `left(${select.text(table, 'a', name)}, ${limit})`
  const json = metadata === null ? 'null::text' : select.json(table, 'a', metadata)
  const isInet = address !== null && select.typeOf(table, address) === 'inet'
  return `select ${select.text(table, 'a', activity.id)} as id, ${select.text(table, 'a', user)} as "user",
      u.${quoted(users.id)} is not null as is_known, ${text(activity.action, LIMITS.action + 1)} as action,
      ${text(activity.entity_type, LIMITS.entity_type + 1)} as entity_type,
      ${text(activity.entity_id, LIMITS.entity_id + 1)} as entity_id, octet_length(${json}) as metadata_bytes,
      case when octet_length(${json}) <= ${MAX_KEPT_METADATA_BYTES} then ${json} end as metadata,
      ${select.instant(table, 'a', timestamp)} as timestamp, ${select.isOutOfRange(table, 'a', timestamp)} as is_out_of_range,
      ${isInet ? `host(a.${quoted(address)})` : text(address, 100)} as ip_address,
      ${text(activity.user_agent, MAX_USER_AGENT_CHARACTERS + 1)} as user_agent
    from ${table} a left join ${users.table} u on u.${quoted(users.id)} = a.${quoted(user)}
    order by a.${quoted(user)}`
}

/** Makes the months of the log that will be filled. What is much older than all others stays in the open end. */
async function preparePartitions(
  { pool, source, select, rules }: Run,
  { table, timestamp }: ActivityColumns,
): Promise<void> {
  const months = await source.rows<{ month: string | null; count: number }>(
    `select date_trunc('month', ${select.instant(table, 'a', timestamp)}) as month, count(*) as count
      from ${table} a group by 1 order by 1`,
  )
  const all = months.reduce((sum, { count }) => sum + count, 0)
  let before = 0
  for (const { month, count } of months) {
    before += count
    const isStray = before <= Math.max(STRAY_ENTRIES, all * STRAY_SHARE)
    if (month === null || month < FIRST_MONTH || isStray) continue
    if (month < rules.now) await ensurePartitions(pool, { from: new Date(month), now: new Date(rules.now) })
    return
  }
}

async function importBatch(run: Run, activity: ActivityColumns, rows: readonly SourceRow[]): Promise<void> {
  const { pool, report, name, isDry } = run
  const users = [...new Set(rows.flatMap(({ user }) => user ?? []))]
  const imported = isDry ? undefined : await listImported(pool, name, users)
  const entries = rows.flatMap((row) => {
    const entry = readEntry(run, activity, row)
    if (!entry) return []
    if (!imported || row.user === null || !row.is_known) return [entry]
    const account = imported.get(row.user)
    if (!account) throw new Error(`the user ${row.user} was not imported before its activity`)
    if (account.user_id === null) {
      report.skipped('activity', 'account_deleted_since')
      return []
    }
    const isOwnId = entry.entityId === row.user
    return [
      { ...entry, userId: account.user_id, entityId: isOwnId ? String(account.user_id) : entry.entityId },
    ]
  })
  const known = await listKnownEntries(pool, entries)
  // Of several rows with one id, the first one counts.
  const seen = new Set<string>()
  const missing = entries.filter(({ id, at }) => {
    const key = `${id} ${at}`
    const isNew = !known.has(id) && !seen.has(key)
    if (!isNew) report.skipped('activity', known.has(id) ? 'imported_before' : 'the_same_id')
    seen.add(key)
    return isNew
  })
  if (!isDry && missing.length > 0) {
    await transaction(pool, async (db) => {
      await preferIndexes(db)
      await lockLogs(db, [...new Set(missing.flatMap(({ userId }) => userId ?? []))])
      await copyEntries(db, missing, { horizon: run.rules.now })
    })
  }
  report.imported('activity', missing.length)
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** The entry, without its user; undefined where it was refused. */
function readEntry(
  run: Run,
  activity: ActivityColumns,
  row: SourceRow,
): (EntryRow & { at: string }) | undefined {
  const { report, name, rules } = run
  const refuse = (reason: string, field?: string) => {
    report.refused('activity', { row: row.id, reason, ...(field !== undefined && { field }) })
    return undefined
  }
  const note = (outcome: 'kept' | 'changed', field: string, reason: string, value?: unknown) =>
    report.noted('activity', outcome, { row: row.id, field, reason, ...(value !== undefined && { value }) })
  const { timestamp: at } = row
  if (at === null) return refuse('required', 'timestamp')
  const action = activity.actions[row.action ?? ''] ?? row.action ?? ''
  if (action === '') return refuse('required', 'action')
  for (const [field, limit] of Object.entries(LIMITS)) {
    const text = { action, entity_type: row.entity_type, entity_id: row.entity_id }[field] ?? ''
    if ([...text].length > limit) return refuse('max_length', field)
  }
  if (row.metadata === null && row.metadata_bytes !== null) return refuse('too_large', 'metadata')
  let metadata: unknown
  try {
    metadata = readMetadata(row.metadata, note)
  } catch (error) {
    if (error instanceof RangeError) return refuse('too_deep', 'metadata')
    if (error instanceof SyntaxError) return refuse('invalid_json', 'metadata')
    throw error
  }
  if ((row.metadata_bytes ?? 0) > MAX_METADATA_BYTES) note('kept', 'metadata', 'max_length')
  if (row.user !== null && !row.is_known) note('kept', 'user', 'user_missing', row.user)
  if (row.is_out_of_range) note('changed', 'timestamp', 'out_of_range')
  else if (at > rules.now) note('kept', 'timestamp', 'in_the_future', at)
  const userAgent = row.user_agent?.slice(0, MAX_USER_AGENT_CHARACTERS).toWellFormed() ?? null
  if (userAgent !== row.user_agent) note('changed', 'user_agent', 'max_length')
  const ipAddress = row.ip_address !== null && isIP(row.ip_address.trim()) ? row.ip_address.trim() : null
  if (ipAddress === null && (row.ip_address ?? '') !== '') {
    note('changed', 'ip_address', 'invalid_format', row.ip_address)
  }
  return {
    id: UUID.test(row.id) ? row.id : uuidv5(`${name} ${activity.table} ${row.id}`, NAMESPACE),
    userId: null,
    actor: actorOf(name),
    action,
    entityType: row.entity_type,
    entityId: row.entity_id,
    metadata,
    at,
    ipAddress,
    userAgent: userAgent === '' ? null : userAgent,
    requestId: null,
  }
}

/**
 * The metadata as they are written: the text itself where nothing has to change, so that no number loses a digit.
 *
 * @throws SyntaxError, RangeError where they are nested too deeply
 */
function readMetadata(
  text: string | null,
  note: (outcome: 'changed', field: string, reason: string) => void,
): unknown {
  if (text === null) return {}
  let parsed: unknown = JSON.parse(text)
  let isChanged = false
  if (typeof parsed === 'string' && /^\s*\{/.test(parsed)) {
    parsed = JSON.parse(parsed)
    isChanged = true
  }
  if (parsed === null) return {}
  if (!isRecord(parsed)) {
    parsed = { value: parsed }
    note('changed', 'metadata', 'not_an_object')
    isChanged = true
  }
  const kept = withStorableTexts(parsed)
  const before = JSON.stringify(kept)
  if (before !== JSON.stringify(parsed)) {
    note('changed', 'metadata', 'invalid_format')
    isChanged = true
  }
  const redacted = redact(kept)
  if (JSON.stringify(redacted) !== before) {
    note('changed', 'metadata', 'redacted')
    isChanged = true
  }
  return isChanged ? redacted : text
}

function withStorableTexts(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (Array.isArray(value)) return value.map(withStorableTexts)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storable(name), withStorableTexts(member)]),
  )
}
