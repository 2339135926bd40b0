import { query, queryOne, sql, type Db } from '../database/database.ts'

/**
 * So many attempts fail in a window of time, and so many may be under way besides: `max` alone would refuse a class whose
 * passwords are all right, while they are being compared.
 */
export type Rule = { max: number; atOnce: number; windowSeconds: number }

/** Counts one more attempt, or says in how many seconds there may be one again. */
export async function enterAttempt(
  db: Db,
  key: string,
  { max, atOnce, windowSeconds }: Rule,
  isPending: boolean,
): Promise<number | undefined> {
  const [count, pending] = isPending ? [0, 1] : [1, 0]
  const entered = await queryOne(
    db,
    sql`insert into auth.attempts as a (key, count, pending, ends_at)
      values (${key}, ${count}, ${pending}, now() + make_interval(secs => ${windowSeconds}))
      on conflict on constraint attempts_pkey do update set
        count = excluded.count + case when a.ends_at <= now() then 0 else a.count end,
        pending = excluded.pending + case when a.ends_at <= now() then 0 else a.pending end,
        ends_at = case when a.ends_at <= now() then excluded.ends_at else a.ends_at end
      where a.ends_at <= now() or (a.count < ${max} and a.count + a.pending < ${atOnce})
      returning 1`,
  )
  if (entered) return undefined
  const row = await queryOne<{ seconds: number }>(
    db,
    sql`select ceil(extract(epoch from ends_at - now()))::integer as seconds from auth.attempts where key = ${key}`,
  )
  return row?.seconds ?? 1
}

/** Undecided: the first of two steps was right, which proves no owner and is no guess. */
export type Outcome = 'owner' | 'other' | 'undecided'

/** What was pending has failed, or not: if it was the owner, what was counted at its own origin before is forgotten. */
export async function settleAttempts(
  db: Db,
  entered: readonly { key: string; isOrigin: boolean }[],
  outcome: Outcome,
): Promise<void> {
  const keys = entered.map(({ key }) => key)
  const origins = entered.filter(({ isOrigin }) => isOrigin).map(({ key }) => key)
  await query(
    db,
    // In one order, or two requests wait for each other.
    sql`with ours as (select key from auth.attempts where key = any(${keys}) order by key for update)
      update auth.attempts a set
        pending = greatest(a.pending - 1, 0),
        count = case when ${outcome === 'other'}::boolean then a.count + 1
          when ${outcome === 'owner'}::boolean and a.key = any(${origins}) then 0 else a.count end
      from ours where a.key = ours.key`,
  )
}

type Place = 'device' | 'address'

/** From which of these the account of this e-mail was signed in before. */
export async function findKnownPlaces(
  db: Db,
  email: string,
  { address, device }: { address: Buffer; device: Buffer | undefined },
): Promise<Place[]> {
  const rows = await query<{ kind: Place }>(
    db,
    sql`select p.kind from auth.known_places p join auth."user" u on u."id" = p.user_id
      where u."email" = ${email.replaceAll('\0', '')}
        and ((p.kind = 'address' and p.mark = ${address}) or (p.kind = 'device' and p.mark = ${device ?? null}::bytea))`,
  )
  return rows.map(({ kind }) => kind)
}

/** So many browsers and so many addresses of an account are remembered: those of its last sign-ins. */
const MAX_PLACES = 20

/** Notes where the owner was. */
export async function notePlaces(
  db: Db,
  userId: string,
  places: readonly { kind: Place; mark: Buffer }[],
): Promise<void> {
  for (const { kind, mark } of places) {
    await query(
      db,
      sql`insert into auth.known_places (user_id, kind, mark) values (${userId}, ${kind}, ${mark})
        on conflict on constraint known_places_pkey do update set seen_at = clock_timestamp()`,
    )
    await query(
      db,
      sql`delete from auth.known_places where user_id = ${userId} and kind = ${kind} and mark in (
        select mark from auth.known_places where user_id = ${userId} and kind = ${kind}
        order by seen_at desc, mark offset ${MAX_PLACES})`,
    )
  }
}
