import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { columns, query, queryOne, sql, type Db } from '../database/database.ts'
import { changeTime } from '../accounts/account.ts'
import type { Person } from './claims.ts'

/** What of an account can follow its issuer. */
export type FollowedRow = {
  email: string | null
  first_name: string
  last_name: string
  first_name_edited: boolean
  last_name_edited: boolean
  role: string
  is_self_learning: boolean
  profile_type: string
}

const followedColumns = columns('u', [
  'email',
  'first_name',
  'last_name',
  'first_name_edited',
  'last_name_edited',
  'role',
  'is_self_learning',
  'profile_type',
])

export type FoundIdentity = FollowedRow & {
  identity_id: number
  user_id: number
  is_disabled: boolean
  is_leaving: boolean
  proves_email: boolean
  /** Whether the account follows this identity, and the token was issued after all those of it that have been heard. */
  is_later: boolean
}

export type WantedIdentity = {
  /** The names of the issuer. The identity may be under any of them; where several are, the first one counts. */
  names: readonly string[]
  subject: string
  provenEmail: string | undefined
  /** In seconds. */
  issuedAt: number | undefined
  /** The names of all issuers whose tokens are accepted. */
  accepted: readonly string[]
}

/**
 * The account of an identity, and whether a proven e-mail is the account's, of which nobody knew until now that it is
 * proven. With `issuedAt` the token is heard: it is noted that none that was issued before counts any more. An account follows
 * the oldest of its identities that can still be used. One round trip: it is on the way of every first request of a token. If
 * the database crashes, at worst an older token is heard once more, so nobody waits for the disk.
 */
export function findIdentity(
  db: Db,
  { names, subject, provenEmail, issuedAt, accepted }: WantedIdentity,
): Promise<FoundIdentity | undefined> {
  const own = sql`with own as materialized (
      select id from upm.identities where issuer = any(${names}::text[]) and subject = ${subject}
      order by array_position(${names}::text[], issuer) limit 1
    )`
  const found = sql`select i.id as identity_id, i.user_id, u.disabled_at is not null as is_disabled, u.erase_at is not null as is_leaving,
        coalesce(lower(u.email collate "C") = lower(${provenEmail ?? null}::text collate "C") and not u.email_verified
        and not u.email_shadowed, false) as proves_email, ${followedColumns}`
  const rows = sql`from own join upm.identities i on i.id = own.id join upm.users u on u.id = i.user_id`
  if (issuedAt === undefined) return queryOne(db, sql`${own} ${found}, false as is_later ${rows}`)
  return queryOne(
    db,
    sql`${own}, heard as (
        update upm.identities i set heard_at = to_timestamp(${issuedAt}::double precision) from own
        where i.id = own.id and coalesce(i.heard_at, '-infinity') < to_timestamp(${issuedAt}::double precision)
        returning set_config('synchronous_commit', 'off', true)
      )
      ${found}, exists (select from heard) and not exists (
          select from upm.identities older where older.user_id = i.user_id and older.issuer = any(${accepted}::text[])
            and (older.created_at, older.id) < (i.created_at, i.id)
            and not (older.issuer = any(${names}::text[]) and older.subject = i.subject)
        ) as is_later ${rows}`,
  )
}

/** What of a locked account can follow its issuer; undefined if a later token has been heard than the one of `issuedAt`. */
export function findFollowed(
  db: Db,
  { identityId, issuedAt }: { identityId: number; issuedAt: number },
): Promise<FollowedRow | undefined> {
  return queryOne(
    db,
    sql`select ${followedColumns} from upm.identities i join upm.users u on u.id = i.user_id
      where i.id = ${identityId} and i.heard_at <= to_timestamp(${issuedAt}::double precision)`,
  )
}

/** Whether nobody else has the address. */
export async function isEmailFree(db: Db, email: string, userId: number): Promise<boolean> {
  const holder = await queryOne(
    db,
    sql`select from upm.users where lower(email collate "C") = lower(${email}::text collate "C") and not email_shadowed
      and id <> ${userId} limit 1`,
  )
  return holder === undefined
}

/** Gives an account that is locked what its issuer says. An e-mail is proven. Returns when. */
export async function updateFollowed(
  db: Db,
  userId: number,
  changes: Partial<Omit<FollowedRow, 'first_name_edited' | 'last_name_edited'>>,
): Promise<string> {
  const { email = null } = changes
  const row = await queryOne<{ updated_at: string }>(
    db,
    sql`update upm.users set
        email = coalesce(${email}::text, email),
        email_verified = email_verified or ${email !== null}, email_shadowed = email_shadowed and ${email === null},
        first_name = coalesce(${changes.first_name ?? null}::text, first_name),
        last_name = coalesce(${changes.last_name ?? null}::text, last_name),
        role = coalesce(${changes.role ?? null}::text, role),
        is_self_learning = coalesce(${changes.is_self_learning ?? null}::boolean, is_self_learning),
        profile_type = coalesce(${changes.profile_type ?? null}::text, profile_type),
        version = version + 1, updated_at = ${changeTime}
      where id = ${userId} returning updated_at`,
  )
  if (!row) throw new Error('a locked account is gone')
  return row.updated_at
}

/** Notes that the account's owner gets the mails of this address, if it is the account's. */
export async function noteProvenEmail(db: Db, userId: number, email: string): Promise<void> {
  await query(
    db,
    sql`update upm.users set email_verified = true
      where id = ${userId} and lower(email collate "C") = lower(${email}::text collate "C") and not email_verified and not email_shadowed`,
  )
}

/** Whether the bundled sign-in has ever been on: else it has no tables. */
async function hasSignIn(db: Db): Promise<boolean> {
  const row = await queryOne<{ is_there: boolean }>(
    db,
    sql`select to_regclass('auth."user"') is not null as is_there`,
  )
  return row?.is_there === true
}

export type Holder = { id: number; email: string | null }

/** Whoever holds the e-mail without having proven it, locked, where it is an account that somebody has opened. */
export async function lockUnprovenHolder(db: Db, email: string): Promise<Holder | undefined> {
  const notConfirmed = sql`and not exists (select from upm.identities i join auth."user" a on a."id" = i.subject
          where i.user_id = u.id and i.issuer = ${BUILT_IN_ISSUER} and a."emailVerified" and a."email" = lower(u.email collate "C"))`
  const hasConfirmed = await hasSignIn(db)
  return queryOne(
    db,
    sql`select u.id, u.email from upm.users u
      where lower(u.email collate "C") = lower(${email}::text collate "C") and not u.email_shadowed and not u.email_verified
        and exists (select from upm.identities i where i.user_id = u.id)
        ${hasConfirmed ? notConfirmed : sql``}
      for no key update of u`,
  )
}

/** Whoever holds the e-mail, locked. */
export function lockHolder(db: Db, email: string): Promise<Holder | undefined> {
  return queryOne(
    db,
    sql`select id, email from upm.users where lower(email collate "C") = lower(${email}::text collate "C") and not email_shadowed for no key update`,
  )
}

export function lockAccount(db: Db, userId: number): Promise<Holder | undefined> {
  return queryOne(db, sql`select id, email from upm.users where id = ${userId} for no key update`)
}

/** Gives an account that is locked another e-mail, or none. Returns when. */
export async function updateEmail(
  db: Db,
  userId: number,
  email: string | null,
  isProven: boolean,
): Promise<string> {
  const row = await queryOne<{ updated_at: string }>(
    db,
    sql`update upm.users set email = ${email}, email_verified = ${isProven}, email_shadowed = false, version = version + 1,
        updated_at = ${changeTime}
      where id = ${userId} returning updated_at`,
  )
  if (!row) throw new Error('a locked account is gone')
  return row.updated_at
}

/**
 * Frees the e-mail at the bundled sign-in, where it was never confirmed: who has a profile gets another address in its
 * place and loses the links that were sent to the old one, a sign-up that nothing has come of is deleted. Returns
 * whether anybody had it.
 */
export async function releaseSignIn(
  db: Db,
  email: string,
  replacement: string,
  { evenIfProven }: { evenIfProven: boolean },
): Promise<boolean> {
  if (!(await hasSignIn(db))) return false
  const row = await queryOne<{ count: number }>(
    db,
    sql`with held as materialized (
      select a."id", exists (select from upm.identities i where i.issuer = ${BUILT_IN_ISSUER} and i.subject = a."id") as is_used
      from auth."user" a where a."email" = ${email.toLowerCase()} and (${evenIfProven} or not a."emailVerified")
      for update
    ), unused as (
      delete from auth."user" a using held where a."id" = held."id" and not held.is_used
    ), links as (
      delete from auth."verification" v using held where v."value" = held."id"
    ), changes as (
      delete from auth.email_changes c using held where c.user_id = held."id"
    ), kept as (
      delete from auth.former_emails f where ${evenIfProven} and f.email = ${email.toLowerCase()} returning 1
    ), moved as (
      update auth."user" a set "email" = ${replacement}, "emailVerified" = false, "updatedAt" = now() from held
      where a."id" = held."id" and held.is_used
    )
    select (select count(*) from held) + (select count(*) from kept) as count`,
  )
  return (row?.count ?? 0) > 0
}

/**
 * Gives an account another e-mail at the bundled sign-in, if it is signed in to there. The former ones are kept for it no
 * longer: whoever was led astray by a change of theirs asks an operator, and the change must not be undone after that.
 */
export async function setSignInEmail(db: Db, userId: number, email: string): Promise<void> {
  if (!(await hasSignIn(db))) return
  await query(
    db,
    sql`with moved as (
      update auth."user" a set "email" = ${email.toLowerCase()}, "emailVerified" = false, "updatedAt" = now()
      from upm.identities i
      where i.user_id = ${userId} and i.issuer = ${BUILT_IN_ISSUER} and i.subject = a."id" and a."email" <> ${email.toLowerCase()}
      returning a."id"
    ), changes as (
      delete from auth.email_changes c using moved where c.user_id = moved."id"
    ), kept as (
      delete from auth.former_emails f using moved where f.user_id = moved."id"
    )
    delete from auth."verification" v using moved where v."value" = moved."id"`,
  )
}

export type NewIdentity = {
  issuer: string
  subject: string
  userId: number
  /** When the token was issued that makes it known, in seconds, if later ones are to be heard. */
  issuedAt: number | undefined
}

export type IdentityRow = { id: number; issuer: string; subject: string; created_at: string }

export async function insertIdentity(
  db: Db,
  { issuer, subject, userId, issuedAt }: NewIdentity,
): Promise<IdentityRow> {
  const row = await queryOne<IdentityRow>(
    db,
    sql`insert into upm.identities (issuer, subject, user_id, heard_at)
      values (${issuer}, ${subject}, ${userId}, to_timestamp(${issuedAt ?? null}::double precision))
      returning id, issuer, subject, created_at`,
  )
  if (!row) throw new Error('an insert returned no row')
  return row
}

/** The identities of an account, the oldest first. */
export function listIdentities(db: Db, userId: number): Promise<IdentityRow[]> {
  return query(
    db,
    sql`select id, issuer, subject, created_at from upm.identities where user_id = ${userId} order by created_at, id`,
  )
}

export async function deleteIdentity(db: Db, id: number): Promise<void> {
  await query(db, sql`delete from upm.identities where id = ${id}`)
}

/** Whose account a subject opens, by any name of its issuer. */
export async function findOwner(
  db: Db,
  names: readonly string[],
  subject: string,
): Promise<number | undefined> {
  const row = await queryOne<{ user_id: number }>(
    db,
    sql`select user_id from upm.identities where issuer = any(${names}::text[]) and subject = ${subject}
      order by array_position(${names}::text[], issuer) limit 1`,
  )
  return row?.user_id
}

/**
 * Has those who would make this subject known take turns, for the rest of the transaction. The key of identities does that
 * for one name; servers of which each keeps new accounts under another name of the same issuer need more.
 */
export async function lockSubject(db: Db, names: readonly string[], subject: string): Promise<void> {
  if (names.length < 2) return
  await query(db, sql`select from pg_advisory_xact_lock(hashtextextended(${`identity ${subject}`}::text, 0))`)
}

/** Deletes somebody's sign-up at the bundled sign-in, with the password and the sessions. */
export async function deleteSignIn(db: Db, subject: string): Promise<void> {
  if (!(await hasSignIn(db))) return
  await query(db, sql`delete from auth."user" where "id" = ${subject}`)
}

/** Locks the account's person at the bundled sign-in: who changes passwords or sessions does so first. */
export async function lockSignIn(db: Db, userId: number): Promise<void> {
  if (!(await hasSignIn(db))) return
  await query(
    db,
    sql`select from auth."user" where "id" in (
        select subject from upm.identities where user_id = ${userId} and issuer = ${BUILT_IN_ISSUER})
      order by "id" for no key update`,
  )
}

/** Ends the sessions of an account at the bundled sign-in. */
export async function deleteSessions(db: Db, userId: number): Promise<void> {
  if (!(await hasSignIn(db))) return
  await query(
    db,
    sql`delete from auth."session" s using upm.identities i
      where i.user_id = ${userId} and i.issuer = ${BUILT_IN_ISSUER} and s."userId" = i.subject`,
  )
}

/** Whether anybody can open the account. Only accounts of an old database are without an identity. */
export async function hasIdentity(db: Db, userId: number): Promise<boolean> {
  const row = await queryOne(db, sql`select from upm.identities where user_id = ${userId} limit 1`)
  return row !== undefined
}

/** The same, by a token of one of these issuers. */
export async function hasIdentityOf(db: Db, userId: number, issuers: readonly string[]): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`select from upm.identities where user_id = ${userId} and issuer = any(${issuers}::text[]) limit 1`,
  )
  return row !== undefined
}

/** Returns the id if there is such an account, locked: those who would give it an identity take turns. */
export async function lockById(db: Db, userId: number): Promise<number | undefined> {
  const row = await queryOne<{ id: number }>(
    db,
    sql`select id from upm.users where id = ${userId} for no key update`,
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
    sql`select id from upm.users where lower(email collate "C") = lower(${email}::text collate "C") and not email_shadowed and not exists (
        select from upm.users where lower(email collate "C") = lower(${email}::text collate "C") and email_shadowed)
      for no key update`,
  )
  return row?.id
}

export type NewUser = Person & {
  typeVersion: number
  emailVerified: boolean
  timezone: string
  uiLanguage: string
}

/** Inserts the account with its settings and its first profile and returns its id. */
export async function insertUser(db: Db, person: NewUser): Promise<number> {
  const row = await queryOne<{ id: number }>(
    db,
    sql`with account as (
      insert into upm.users (email, email_verified, first_name, last_name, role, is_self_learning, profile_type)
      values (${person.email}, ${person.emailVerified}, ${person.firstName}, ${person.lastName}, ${person.role},
        ${person.isSelfLearning}, ${person.profileType})
      returning id
    ), chosen as (
      insert into upm.settings (user_id, timezone, ui_language)
      select id, ${person.timezone}, ${person.uiLanguage} from account
    ), profile as (
      insert into upm.profiles (user_id, profile_type, type_version)
      select id, ${person.profileType}, ${person.typeVersion} from account
    )
    select id from account`,
  )
  if (!row) throw new Error('an insert returned no row')
  return row.id
}
