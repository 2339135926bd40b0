import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { query, sql } from '../database/database.ts'
import { hashPassword } from '../sign-in/passwords.ts'
import { findAccounts, listPeople, type Demo } from './demo.ts'

/** How many people can sign in with it, the first ones. */
const PEOPLE = 20

/** Everybody may know it: only accounts of the demo have it. */
export const DEMO_PASSWORD = 'demo-password'

/** Lets people sign in at the sign-in that comes with UPM. Those who can already keep the password that they have. */
export async function givePasswords(demo: Demo): Promise<void> {
  const accounts = await findAccounts(demo, listPeople(demo, 0, Math.min(demo.users, PEOPLE)))
  for (const { person, id } of accounts) {
    const password = await hashPassword(DEMO_PASSWORD)
    const name = `${person.firstName} ${person.lastName}`
    await query(
      demo.pool,
      sql`with person as (
        insert into auth."user" ("id", "name", "email", "emailVerified", "role")
        values (${person.subject}, ${name}, ${person.email}, true, ${person.role})
        on conflict do nothing returning "id"
      ), credential as (
        insert into auth."account" ("id", "accountId", "providerId", "userId", "password", "updatedAt")
        select "id", "id", 'credential', "id", ${password}, now() from person
      )
      insert into upm.identities (issuer, subject, user_id, created_at)
      select ${BUILT_IN_ISSUER}, p."id", u.id, u.created_at from person p join upm.users u on u.id = ${id}
      on conflict do nothing`,
    )
  }
}
