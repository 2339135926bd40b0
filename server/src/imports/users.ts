/** The accounts of the old system, with their profiles and settings. */
import { transaction } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { preferIndexes } from '../log/copy.ts'
import type { Fields } from '../profile-types/profile-type.ts'
import type { NewAccount, RawAccount } from './account.ts'
import {
  insertAccounts,
  listImported,
  listTakenEmails,
  listTakenIds,
  lowered,
  MAX_KEPT_ID,
  nextIds,
  reserveIds,
  type PlacedAccount,
} from './queries.ts'
import { quoted } from './source.ts'
import type { Run } from './run.ts'

const ACCOUNTS_AT_ONCE = 500
/** How often somebody else may take an id or an e-mail between the look and the write. */
const MAX_ATTEMPTS = 5

type UserRow = {
  id: string
  email: string | null
  email_verified: boolean | null
  first_name: string | null
  last_name: string | null
  role: string | null
  is_self_learning: boolean | null
  is_active: boolean | null
  created_at: string | null
  is_out_of_range: boolean
  /** Of those with this e-mail, whatever its case, the how manieth. */
  place: number
}

type ProfileRow = { user: string; fields: Fields; created_at: string | null; updated_at: string | null }
type SettingsRow = { user: string; settings: Record<string, unknown> }

/** What is to become of a row. */
type Plan = { row: UserRow; account: NewAccount; keptId: number | null; isShadowed: boolean }

export async function importUsers(run: Run): Promise<void> {
  const { isDry, pool, rules, mapping, source, select, report } = run
  const { users } = mapping
  const id = `u.${quoted(users.id)}`
  if (!isDry) await reserveKeptIds(run)
  const text = (name: string | null) => select.text(users.table, 'u', name)
  const flag = (name: string | boolean | null) => select.flag(users.table, 'u', name)
  const email = `nullif(btrim(${text(users.email)}), '')`
  const statement = `select ${id}::text as id, ${email} as email, ${flag(users.email_verified)} as email_verified,
      ${text(users.first_name)} as first_name, ${text(users.last_name)} as last_name, ${text(users.role)} as role,
      ${flag(users.is_self_learning)} as is_self_learning, ${flag(users.is_active)} as is_active,
      ${select.instant(users.table, 'u', users.created_at)} as created_at,
      ${select.isOutOfRange(users.table, 'u', users.created_at)} as is_out_of_range,
      row_number() over (partition by lower(${email} collate "C") order by ${id}) as place
    from ${users.table} u order by ${id}`
  for await (const rows of source.batches<UserRow>(statement, ACCOUNTS_AT_ONCE)) {
    const known = await listImported(
      pool,
      run.name,
      rows.map((row) => row.id),
    )
    const raw = await readRaw(run, rows, known)
    const fresh = rows.filter((row) => !known.has(row.id))
    for (const { user_id: userId } of known.values()) {
      report.skipped('users', userId === null ? 'deleted_since' : 'imported_before')
    }
    const accepted = fresh.map((row) => {
      const { account, notes } = rules.accept(raw.get(row.id) ?? emptyRaw(row))
      for (const { outcome, ...note } of notes) report.noted('users', outcome, { row: row.id, ...note })
      if (row.is_out_of_range) {
        report.noted('users', 'changed', {
          row: row.id,
          field: 'created_at',
          reason: 'out_of_range',
          now: row.created_at,
        })
      }
      return { row, account }
    })
    await place(run, accepted)
    await report.flush()
    run.advance(rows.length)
  }
  await countOrphans(run)
}

/** New accounts of everybody else get ids behind those of the source. */
async function reserveKeptIds({ mapping: { users }, pool, source, select }: Run): Promise<void> {
  if (!/^(?:smallint|integer|bigint)$/.test(select.typeOf(users.table, users.id))) return
  const id = quoted(users.id)
  const last = await source.count(
    `select max(${id})::bigint as count from ${users.table} where ${id} < ${MAX_KEPT_ID}`,
  )
  if (last > 0) await transaction(pool, (db) => reserveIds(db, last))
}

async function place(run: Run, accepted: { row: UserRow; account: NewAccount }[]): Promise<void> {
  if (accepted.length === 0) return
  for (let attempt = 1; ; attempt += 1) {
    const plans = await plan(run, accepted)
    try {
      const ids = run.isDry ? plans.map(({ keptId }) => keptId) : await write(run, plans)
      for (const [position, one] of plans.entries()) tell(run, one, ids[position] ?? null)
      run.report.imported('users', plans.length)
      return
    } catch (error) {
      const constraint = violatedConstraint(error)
      const isTaken = constraint === 'users_pkey' || constraint === 'users_email_key'
      if (!isTaken || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

/** Returns the ids of the accounts, in the order of the plans. */
function write({ pool, name }: Run, plans: readonly Plan[]): Promise<number[]> {
  return transaction(pool, async (db) => {
    await preferIndexes(db)
    const others = await nextIds(db, plans.filter(({ keptId }) => keptId === null).length)
    const placed: PlacedAccount[] = plans.map(({ row, account, keptId, isShadowed }) => ({
      ...account,
      id: keptId ?? others.shift() ?? 0,
      isShadowed,
      sourceId: row.id,
    }))
    await insertAccounts(db, name, placed)
    return placed.map(({ id }) => id)
  })
}

function tell({ report }: Run, { row, account, keptId, isShadowed }: Plan, id: number | null): void {
  if (keptId === null) {
    const note = { row: row.id, field: 'id', reason: 'id_not_kept', ...(id !== null && { now: id }) }
    report.noted('users', 'changed', note)
  }
  if (isShadowed) {
    const reason = row.place > 1 ? 'email_of_another_row' : 'email_of_another_account'
    report.noted('users', 'kept', { row: row.id, field: 'email', reason, value: account.email })
  }
  if (account.email === null) report.noted('users', 'kept', { row: row.id, field: 'email', reason: 'empty' })
  if (account.isDisabled) report.noted('users', 'kept', { row: row.id, reason: 'disabled' })
}

/**
 * An id is kept if it is a number and free. An e-mail belongs to the account that has it here, else to the oldest of those
 * that had it; the others keep theirs as a text, as they do in a database of v0.5.
 */
async function plan(
  { pool }: Run,
  accepted: readonly { row: UserRow; account: NewAccount }[],
): Promise<Plan[]> {
  const ids = accepted.flatMap(({ row }) => keepable(row.id) ?? [])
  const [takenIds, takenEmails] = await Promise.all([
    listTakenIds(pool, ids),
    listTakenEmails(
      pool,
      accepted.flatMap(({ account }) => account.email ?? []),
    ),
  ])
  return accepted.map(({ row, account }) => {
    const id = keepable(row.id)
    const isShadowed = account.email !== null && (row.place > 1 || takenEmails.has(lowered(account.email)))
    return { row, account, keptId: id === undefined || takenIds.has(id) ? null : id, isShadowed }
  })
}

function keepable(sourceId: string): number | undefined {
  if (!/^[1-9]\d{0,15}$/.test(sourceId)) return undefined
  const id = Number(sourceId)
  return id < MAX_KEPT_ID ? id : undefined
}

const emptyRaw = (row: UserRow): RawAccount => ({
  email: row.email,
  emailVerified: row.email_verified,
  firstName: row.first_name,
  lastName: row.last_name,
  role: row.role,
  isSelfLearning: row.is_self_learning,
  isActive: row.is_active,
  createdAt: row.created_at,
  settings: {},
  profiles: [],
})

/** The rows with their profiles and settings. Of several rows for one user, the first one counts. */
async function readRaw(
  run: Run,
  rows: readonly UserRow[],
  known: ReadonlyMap<string, unknown>,
): Promise<Map<string, RawAccount>> {
  const { mapping, report } = run
  const ids = rows.map(({ id }) => id)
  const raw = new Map(
    rows.map(
      (row) => [row.id, { ...emptyRaw(row), role: mapping.roles[row.role ?? ''] ?? row.role }] as const,
    ),
  )
  const count = (part: 'profiles' | 'settings', user: string, isFirst: boolean) => {
    if (known.has(user)) report.skipped(part, 'imported_before')
    else if (isFirst) report.imported(part)
    else report.skipped(part, 'another_row_of_the_user', 1, { row: user })
  }
  for (const type of Object.keys(mapping.profiles)) {
    const seen = new Set<string>()
    for (const { user, fields, created_at: createdAt, updated_at: updatedAt } of await readProfiles(
      run,
      type,
      ids,
    )) {
      const account = raw.get(user)
      if (!account) continue
      count('profiles', user, !seen.has(user))
      if (seen.has(user)) continue
      seen.add(user)
      raw.set(user, { ...account, profiles: [...account.profiles, { type, fields, createdAt, updatedAt }] })
    }
  }
  const seen = new Set<string>()
  for (const { user, settings } of await readSettings(run, ids)) {
    const account = raw.get(user)
    if (!account) continue
    count('settings', user, !seen.has(user))
    if (!seen.has(user)) raw.set(user, { ...account, settings })
    seen.add(user)
  }
  return raw
}

function readProfiles(run: Run, type: string, ids: readonly string[]): Promise<ProfileRow[]> {
  const { mapping, source, select } = run
  const profile = mapping.profiles[type]
  if (!profile) return Promise.resolve([])
  const { table, user, fields } = profile
  const members = Object.entries(fields).map(([field, columns]) => {
    const json = (column: string) => `to_jsonb(p.${quoted(column)})`
    const value =
      typeof columns === 'string'
        ? json(columns)
        : `jsonb_build_object(${Object.entries(columns)
            .map(([member, column]) => `${literal(member)}, ${json(column)}`)
            .join(', ')})`
    return `${literal(field)}, ${value}`
  })
  return source.rows<ProfileRow>(
    `select p.${quoted(user)}::text as "user", jsonb_build_object(${members.join(', ')}) as fields,
      ${select.instant(table, 'p', profile.created_at)} as created_at, ${select.instant(table, 'p', profile.updated_at)} as updated_at
    from ${table} p where p.${quoted(user)} = any($1::text[]::${select.typeOf(table, user)}[]) order by ${orderOf(run, table, 'p')}`,
    [ids],
  )
}

function readSettings(run: Run, ids: readonly string[]): Promise<SettingsRow[]> {
  const { mapping, source, select } = run
  if (!mapping.settings) return Promise.resolve([])
  const { table, user, columns } = mapping.settings
  const members = Object.entries(columns).map(
    ([name, column]) => `${literal(name)}, to_jsonb(s.${quoted(column)})`,
  )
  return source.rows<SettingsRow>(
    `select s.${quoted(user)}::text as "user", jsonb_build_object(${members.join(', ')}) as settings
    from ${table} s where s.${quoted(user)} = any($1::text[]::${select.typeOf(table, user)}[]) order by ${orderOf(run, table, 's')}`,
    [ids],
  )
}

/** The oldest row of a user comes first. A view has no key. */
function orderOf({ layout }: Run, table: string, as: string): string {
  const key = layout.get(table)?.key
  return key === undefined ? '1' : `${as}.${quoted(key)}`
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** Rows of profiles and settings whose user is not there. */
async function countOrphans({ mapping, source, report }: Run): Promise<void> {
  const { users } = mapping
  const orphans = (table: string, user: string) =>
    source.count(`select count(*) as count from ${table} o
      where not exists (select from ${users.table} u where u.${quoted(users.id)} = o.${quoted(user)})`)
  for (const { table, user } of Object.values(mapping.profiles)) {
    const count = await orphans(table, user)
    if (count > 0) report.skipped('profiles', 'user_missing', count)
  }
  if (!mapping.settings) return
  const count = await orphans(mapping.settings.table, mapping.settings.user)
  if (count > 0) report.skipped('settings', 'user_missing', count)
}
