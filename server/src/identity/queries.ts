import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { Person } from './claims.ts'

export async function findUserId(db: Db, issuer: string, subject: string): Promise<number | undefined> {
  const row = await queryOne<{ user_id: number }>(
    db,
    sql`select user_id from identities where issuer = ${issuer} and subject = ${subject}`,
  )
  return row?.user_id
}

export async function insertIdentity(db: Db, issuer: string, subject: string, userId: number): Promise<void> {
  await query(
    db,
    sql`insert into identities (issuer, subject, user_id) values (${issuer}, ${subject}, ${userId})`,
  )
}

/** Locks an account that nobody can open yet and returns its id: the one with this id. */
export async function lockUnclaimedById(db: Db, userId: number): Promise<number | undefined> {
  const row = await queryOne<{ id: number }>(
    db,
    sql`select id from users u where id = ${userId}
      and not exists (select from identities i where i.user_id = u.id) for no key update`,
  )
  return row?.id
}

/**
 * The same for the one with this e-mail. Where an old database has several accounts that differ by case alone,
 * nobody can say whose the address is, and none is returned.
 */
export async function lockUnclaimedByEmail(db: Db, email: string): Promise<number | undefined> {
  const rows = await query<{ id: number; unclaimed: boolean }>(
    db,
    sql`select id, not exists (select from identities i where i.user_id = u.id) as unclaimed
      from users u where lower(email) = lower(${email}) for no key update`,
  )
  const [only] = rows
  return rows.length === 1 && only?.unclaimed ? only.id : undefined
}

export type NewUser = Person & { timezone: string; uiLanguage: string }

/** Inserts the account with its settings and its first profile and returns its id. */
export async function insertUser(db: Db, person: NewUser): Promise<number> {
  const row = await queryOne<{ id: number }>(
    db,
    sql`with account as (
      insert into users (email, first_name, last_name, role, is_self_learning, profile_type)
      values (${person.email}, ${person.firstName}, ${person.lastName}, ${person.role}, ${person.isSelfLearning}, ${person.role})
      returning id
    ), chosen as (
      insert into settings (user_id, timezone, ui_language)
      select id, ${person.timezone}, ${person.uiLanguage} from account
    ), profile as (
      insert into profiles (user_id, profile_type) select id, ${person.role} from account
    )
    select id from account`,
  )
  if (!row) throw new Error('an insert returned no row')
  return row.id
}
