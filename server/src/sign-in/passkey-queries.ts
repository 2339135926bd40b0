import { query, queryOne, sql, type Db } from '../database/database.ts'

export type PasskeyRow = { id: string; name: string; created_at: string; used_at: string | null }

/** The oldest first. */
export function listPasskeys(db: Db, userId: string): Promise<PasskeyRow[]> {
  return query(
    db,
    sql`select id, name, created_at, used_at from auth.passkeys where user_id = ${userId} order by created_at, id`,
  )
}

export type Credential = {
  credential_id: string
  user_id: string
  public_key: Buffer
  counter: number
  transports: string[]
}

const columns = sql`credential_id, user_id, public_key, counter::double precision as counter, transports`

export function findCredentialById(db: Db, credentialId: string): Promise<Credential | undefined> {
  return queryOne(db, sql`select ${columns} from auth.passkeys where credential_id = ${credentialId}`)
}

export function listCredentials(db: Db, userId: string): Promise<Credential[]> {
  return query(db, sql`select ${columns} from auth.passkeys where user_id = ${userId}`)
}

export type NewPasskey = {
  credentialId: string
  userId: string
  id: string
  publicKey: Uint8Array
  counter: number
  transports: readonly string[]
  name: string
}

export async function insertPasskey(db: Db, passkey: NewPasskey): Promise<PasskeyRow> {
  const row = await queryOne<PasskeyRow>(
    db,
    sql`insert into auth.passkeys (credential_id, user_id, id, public_key, counter, transports, name)
      values (${passkey.credentialId}, ${passkey.userId}, ${passkey.id}, ${Buffer.from(passkey.publicKey)},
        ${passkey.counter}, ${passkey.transports}, ${passkey.name})
      returning id, name, created_at, used_at`,
  )
  if (!row) throw new Error('an insert returned no row')
  return row
}

/**
 * Notes that a passkey was used, and says whether it is there still. A counter that does not go up is that of a copy
 * (WebAuthn, section 6.1.1); those that are always 0 count nothing.
 */
export async function noteUse(
  db: Db,
  { userId, credentialId, counter }: { userId: string; credentialId: string; counter: number },
): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`update auth.passkeys set counter = ${counter}, used_at = now()
      where user_id = ${userId} and credential_id = ${credentialId}
        and (counter < ${counter}::bigint or (counter = 0 and ${counter}::bigint = 0))
      returning 1`,
  )
  return row !== undefined
}

export async function renamePasskey(db: Db, userId: string, id: string, name: string): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`update auth.passkeys set name = ${name} where user_id = ${userId} and id = ${id} returning 1`,
  )
  return row !== undefined
}

/** One of them, or all; returns how many there were. */
export async function deletePasskeys(db: Db, userId: string, id?: string): Promise<number> {
  const rows = await query(
    db,
    sql`delete from auth.passkeys where user_id = ${userId}
      ${id === undefined ? sql`` : sql`and id = ${id}`} returning 1`,
  )
  return rows.length
}

/** Whether the challenge has not been answered before. */
export async function useChallenge(db: Db, mark: Buffer, seconds: number): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`insert into auth.used_challenges (mark, expires_at) values (${mark}, now() + make_interval(secs => ${seconds}))
      on conflict on constraint used_challenges_pkey do nothing returning 1`,
  )
  return row !== undefined
}
