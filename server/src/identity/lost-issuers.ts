/** Accounts that nobody can open: those of an issuer that was renamed, or is not configured any more. */
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { Log } from '../logger.ts'

/** So many names tell enough. */
const NAMED = 5

/**
 * Warns at the start if there are identities and none is of an issuer whose tokens are accepted. It looks into an index a few
 * times, however many accounts there are, also where the statistics of the table are old.
 *
 * @param accepted the names of these issuers
 */
export async function warnOfLostIssuers(db: Db, accepted: readonly string[], log: Log): Promise<void> {
  const known = await queryOne(
    db,
    sql`select from unnest(${accepted}::text[]) name
      cross join lateral (select from upm.identities i where i.issuer = name order by i.subject limit 1) found limit 1`,
  )
  if (known) return
  const issuers = await listIssuers(db)
  if (issuers.length === 0) return
  log.warn(
    { accepted, issuers },
    'None of the accounts is of an issuer that is configured, so nobody can open them. If the issuer has a new name, run ' +
      '"upm issuer rename OLD NEW", or name both in AUTH_ISSUER; docs/issuers.md says how.',
  )
}

/** The first names that identities have, each found from the one before. */
async function listIssuers(db: Db): Promise<string[]> {
  const rows = await query<{ issuer: string }>(
    db,
    sql`with recursive names as (
        (select issuer from upm.identities order by issuer limit 1)
        union all
        select (select i.issuer from upm.identities i where i.issuer > names.issuer order by i.issuer limit 1)
        from names where names.issuer is not null
      )
      select issuer from names where issuer is not null limit ${NAMED}`,
  )
  return rows.map(({ issuer }) => issuer)
}
