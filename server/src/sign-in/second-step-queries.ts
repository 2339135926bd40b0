import { query, queryOne, sql, type Db } from '../database/database.ts'

export type SecondStepRow = {
  secret: string
  verified_at: string | null
  last_step: number | null
  /** For how many seconds no code is taken; 0: codes are taken. */
  locked_seconds: number
}

/** How long a secret that was shown waits for its first code. */
const SETUP_MINUTES = 60

/** Of an account that is locked. */
export function findSecondStep(db: Db, userId: string): Promise<SecondStepRow | undefined> {
  return queryOne(
    db,
    sql`select secret, verified_at, last_step::double precision as last_step,
        greatest(0, ceil(extract(epoch from coalesce(locked_until, now()) - now())))::integer as locked_seconds
      from auth.two_factor
      where user_id = ${userId}
        and (verified_at is not null or created_at > now() - make_interval(mins => ${SETUP_MINUTES}))`,
  )
}

/** Takes the place of a secret that nobody has proven to have. Of an account that is locked. */
export async function saveSecret(db: Db, userId: string, secret: string): Promise<void> {
  await query(
    db,
    sql`insert into auth.two_factor (user_id, secret) values (${userId}, ${secret})
      on conflict on constraint two_factor_pkey do update set secret = excluded.secret, created_at = now(), failures = 0,
        locked_until = null
      where two_factor.verified_at is null`,
  )
}

/** Notes the time step of a code that was right: this code, and those before it, count no more. */
export async function noteStep(db: Db, userId: string, step: number): Promise<void> {
  await query(
    db,
    sql`update auth.two_factor set last_step = ${step}, verified_at = coalesce(verified_at, now()), failures = 0,
        locked_until = null
      where user_id = ${userId}`,
  )
}

export async function forgetFailures(db: Db, userId: string): Promise<void> {
  await query(db, sql`update auth.two_factor set failures = 0, locked_until = null where user_id = ${userId}`)
}

/** So many codes in a row may be wrong. Each one after that waits, twice as long as the one before. */
const FREE_FAILURES = 10
const FIRST_WAIT_SECONDS = 15 * 60
const LONGEST_WAIT_SECONDS = 60 * 60

export async function noteFailure(db: Db, userId: string): Promise<void> {
  await query(
    db,
    sql`update auth.two_factor set failures = failures + 1,
        locked_until = case when failures + 1 >= ${FREE_FAILURES}::integer then now() + make_interval(secs => least(
          ${LONGEST_WAIT_SECONDS}::double precision,
          ${FIRST_WAIT_SECONDS}::double precision * power(2, least(failures + 1 - ${FREE_FAILURES}::integer, 10)))) end
      where user_id = ${userId}`,
  )
}

/** These take the place of all that there were. */
export async function saveRecoveryCodes(db: Db, userId: string, marks: readonly Buffer[]): Promise<void> {
  await query(db, sql`delete from auth.recovery_codes where user_id = ${userId}`)
  for (const mark of marks)
    await query(db, sql`insert into auth.recovery_codes (user_id, mark) values (${userId}, ${mark})`)
}

/** Whether there was this one. It is used up. */
export async function useRecoveryCode(db: Db, userId: string, mark: Buffer): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`delete from auth.recovery_codes where user_id = ${userId} and mark = ${mark} returning 1`,
  )
  return row !== undefined
}

/** Of an account that is locked: whether there was a second step. Its recovery codes, and the trust in browsers, go with it. */
export async function deleteSecondStep(db: Db, userId: string, since?: string): Promise<boolean> {
  await forgetTrust(db, userId)
  const row = await queryOne<{ was_verified: boolean }>(
    db,
    sql`delete from auth.two_factor where user_id = ${userId}
        ${since === undefined ? sql`` : sql`and created_at >= ${since}::timestamptz - interval '1 day'`}
      returning verified_at is not null as was_verified`,
  )
  return row?.was_verified === true
}

export type SecondStepState = { verified_at: string | null; recovery_codes: number }

export function findState(db: Db, userId: string): Promise<SecondStepState | undefined> {
  return queryOne(
    db,
    sql`select verified_at,
        (select count(*)::integer from auth.recovery_codes r where r.user_id = t.user_id) as recovery_codes
      from auth.two_factor t where user_id = ${userId}`,
  )
}

/** For a browser that the account knows: it needs no code for so long. */
export async function trustDevice(db: Db, userId: string, mark: Buffer, seconds: number): Promise<void> {
  await query(
    db,
    sql`update auth.known_places set trusted_until = now() + make_interval(secs => ${seconds})
      where user_id = ${userId} and kind = 'device' and mark = ${mark}`,
  )
}

export async function isTrusted(db: Db, userId: string, mark: Buffer): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`select from auth.known_places
      where user_id = ${userId} and kind = 'device' and mark = ${mark} and trusted_until > now()`,
  )
  return row !== undefined
}

async function forgetTrust(db: Db, userId: string): Promise<void> {
  await query(
    db,
    sql`update auth.known_places set trusted_until = null where user_id = ${userId} and trusted_until is not null`,
  )
}
