/**
 * Lets the people of an import sign in at the bundled sign-in: with the password that they have where its hash is one that
 * is known there, else with one that they choose by a link in a mail. Nothing of a hash gets into the report.
 */
import { Type } from 'typebox'
import { transaction, type Db } from '../database/database.ts'
import { isForeign } from '../sign-in/foreign-passwords.ts'
import type { Validator } from '../http/validation.ts'
import {
  insertSignIns,
  listForSignIn,
  listImported,
  listTakenEmails,
  lowered,
  type NewSignIn,
  type SignInRow,
} from './queries.ts'
import type { Run } from './run.ts'
import { quoted } from './source.ts'

const ACCOUNTS_AT_ONCE = 500
/** A text that is longer is no hash of Django's, whose column has 128 characters. */
const MAX_HASH_CHARACTERS = 512

/** `place`: of those with this e-mail, the how manieth. */
type PasswordRow = { id: string; email: string | null; password: string | null; place: number }

/** Why there is no password: it cannot be used by anybody, or not here. Null: there is one. */
export function passwordFault(hash: string | null): 'unusable' | 'unknown_hash' | null {
  if (hash === null || hash === '' || hash.startsWith('!')) return 'unusable'
  return isForeign(hash) ? null : 'unknown_hash'
}

/** How the sign-in writes an e-mail. */
const signInEmail = (email: string) => email.toLowerCase()

/** Undefined for an account that cannot sign in by its e-mail. */
export function newSignIn(
  row: SignInRow,
  password: string | null,
  isEmail: (email: string) => boolean,
): NewSignIn | undefined {
  const { email } = row
  if (email === null || row.email_shadowed || !isEmail(email)) return undefined
  return {
    userId: row.user_id,
    email: signInEmail(email),
    emailVerified: row.email_verified,
    name: `${row.first_name} ${row.last_name}`.trim() || email,
    role: row.role,
    createdAt: row.created_at,
    password,
  }
}

export function createEmailCheck(validator: Validator): (email: string) => boolean {
  const check = validator.body(Type.Object({ email: Type.String({ format: 'email', maxLength: 254 }) }))
  return (email) => check({ email }).length === 0
}

export async function importSignIns(run: Run, isEmail: (email: string) => boolean): Promise<void> {
  const { pool, source, mapping, select, report, name, isDry } = run
  const { users } = mapping
  const email = `nullif(btrim(${select.text(users.table, 'u', users.email)}), '')`
  const statement = `select u.${quoted(users.id)}::text as id, ${email} as email,
      left(${select.text(users.table, 'u', users.password)}, ${MAX_HASH_CHARACTERS}) as password,
      row_number() over (partition by lower(${email} collate "C") order by u.${quoted(users.id)}) as place
    from ${users.table} u order by u.${quoted(users.id)}`
  for await (const rows of source.batches<PasswordRow>(statement, ACCOUNTS_AT_ONCE)) {
    const imported = await listImported(
      pool,
      name,
      rows.map(({ id }) => id),
    )
    const outcomes = isDry
      ? await foresee(pool, rows, imported, isEmail)
      : await transaction(pool, (db) => open(db, rows, imported, isEmail))
    for (const [id, reason] of outcomes) tell(run, id, reason)
    await report.flush()
    run.advance(rows.length)
  }
}

type Outcome = 'imported_before' | 'no_email_of_its_own' | 'deleted_since' | ReturnType<typeof passwordFault>
type Known = Awaited<ReturnType<typeof listImported>>

function tell({ report }: Run, id: string, outcome: Outcome): void {
  if (outcome === null) report.imported('passwords')
  else if (outcome === 'imported_before' || outcome === 'deleted_since') report.skipped('passwords', outcome)
  else report.skipped('passwords', outcome, 1, { row: id })
}

/** What would become of the password of each row. Accounts that are not there yet would have the e-mail of their row. */
async function foresee(
  db: Db,
  rows: readonly PasswordRow[],
  imported: Known,
  isEmail: (email: string) => boolean,
): Promise<[string, Outcome][]> {
  const fresh = rows.filter(({ id }) => !imported.has(id))
  const taken = await listTakenEmails(
    db,
    fresh.flatMap(({ email }) => email ?? []),
  )
  const { outcomes } = await judge(db, rows, imported, isEmail)
  const judged = new Map(outcomes.map(([id, outcome]) => [id, outcome]))
  return rows.map(({ id, email, place, password }) => {
    if (imported.has(id)) return [id, judged.get(id) ?? null]
    const isOwn = email !== null && place === 1 && isEmail(email) && !taken.has(lowered(email))
    return [id, isOwn ? passwordFault(password) : 'no_email_of_its_own']
  })
}

async function judge(
  db: Db,
  rows: readonly PasswordRow[],
  imported: Known,
  isEmail: (email: string) => boolean,
) {
  const ids = rows.flatMap(({ id }) => imported.get(id)?.user_id ?? [])
  const accounts = new Map((await listForSignIn(db, ids)).map((row) => [row.user_id, row]))
  const signIns: NewSignIn[] = []
  const outcomes = rows.map(({ id, password }): [string, Outcome, number] => {
    const userId = imported.get(id)?.user_id ?? 0
    const account = accounts.get(userId)
    if (!account) return [id, 'deleted_since', userId]
    if (account.can_sign_in) return [id, 'imported_before', userId]
    const fault = passwordFault(password)
    const signIn = newSignIn(account, fault === null ? password : null, isEmail)
    if (!signIn) return [id, 'no_email_of_its_own', userId]
    signIns.push(signIn)
    return [id, fault, userId]
  })
  return { outcomes, signIns }
}

/** What became of the password of each row. */
async function open(
  db: Db,
  rows: readonly PasswordRow[],
  imported: Known,
  isEmail: (email: string) => boolean,
): Promise<[string, Outcome][]> {
  const { outcomes, signIns } = await judge(db, rows, imported, isEmail)
  const opened = await insertSignIns(db, signIns)
  return outcomes.map(([id, outcome, userId]) => {
    const isNew = outcome === null || outcome === 'unusable' || outcome === 'unknown_hash'
    return isNew && !opened.has(userId) ? [id, 'no_email_of_its_own'] : [id, outcome]
  })
}
