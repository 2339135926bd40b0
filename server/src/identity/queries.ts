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

/** Whether anybody can open the account. Only accounts of an old database are without an identity. */
export async function hasIdentity(db: Db, userId: number): Promise<boolean> {
  const row = await queryOne(db, sql`select from identities where user_id = ${userId} limit 1`)
  return row !== undefined
}

/** Returns the id if there is such an account, locked: those who would give it an identity take turns. */
export async function lockById(db: Db, userId: number): Promise<number | undefined> {
  const row = await queryOne<{ id: number }>(
    db,
    sql`select id from users where id = ${userId} for no key update`,
  )
  return row?.id
}

/**
 * The same for the account with this e-mail. Where an old database has several accounts that differ by case alone,
 * nobody can say whose the address is, and none is returned.
 */
export async function lockByEmail(db: Db, email: string): Promise<number | undefined> {
  const row = await queryOne<{ id: number }>(
    db,
    sql`select id from users where lower(email) = lower(${email}) and not email_shadowed and not exists (
        select from users where lower(email) = lower(${email}) and email_shadowed)
      for no key update`,
  )
  return row?.id
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
