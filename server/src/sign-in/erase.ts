/** What becomes of the sign-in when an account is purged. Also where it is off by now, if its tables are there. */
import { queryOne, sql, type Db } from '../database/database.ts'
import type { Person } from '../personal-data.ts'

async function hasTables(db: Db): Promise<boolean> {
  const row = await queryOne<{ is_there: boolean }>(
    db,
    sql`select to_regclass('auth."user"') is not null as is_there`,
  )
  return row?.is_there === true
}

/** Deletes the person, and with them passwords, sessions, devices, places and changes of the address. Returns how many there were. */
export async function deletePerson(db: Db, { subjects }: Person): Promise<number> {
  if (subjects.length === 0 || !(await hasTables(db))) return 0
  const row = await queryOne<{ count: number }>(
    db,
    sql`with gone as (delete from auth."user" where "id" = any(${subjects}::text[]) returning "id") select count(*) from gone`,
  )
  return row?.count ?? 0
}

/** Deletes links in mails and what else the library keeps for some minutes: its value is, or has in it, whose it is. */
export async function deleteLinksOf(db: Db, { subjects, email }: Person): Promise<number> {
  const marks = [...subjects, ...(email === null ? [] : [email.toLowerCase()])]
  if (marks.length === 0 || !(await hasTables(db))) return 0
  const row = await queryOne<{ count: number }>(
    db,
    sql`with gone as (
      delete from auth."verification" v where exists (
        select from unnest(${marks}::text[]) mark where position(mark in lower(v."value" collate "C")) > 0)
      returning "id"
    ) select count(*) from gone`,
  )
  return row?.count ?? 0
}

export async function deleteInvitations(db: Db, { email }: Person): Promise<number> {
  if (email === null || !(await hasTables(db))) return 0
  const row = await queryOne<{ count: number }>(
    db,
    sql`with gone as (
      delete from auth.invitations where email = lower(${email}::text collate "C") returning email
    ) select count(*) from gone`,
  )
  return row?.count ?? 0
}
