/** Where old entries came from, made short: the network in the place of the address, the browser in the place of the User-Agent. */
import Bowser from 'bowser'
import { sql, type Db, type Pool } from '../database/database.ts'
import { walkLog, type Piece } from './walk.ts'

/** The address of the row `entry` as it is shown, or the network of one that was shortened: `203.0.113.0/24`. */
export const shownAddress = sql`case when masklen(entry.ip_address) < case family(entry.ip_address) when 4 then 32 else 128 end
  then text(entry.ip_address) else host(entry.ip_address) end`

const FAMILIES = new Set<string>(Object.values(Bowser.BROWSER_MAP))
/** Of what is no browser that is known: a text of a stranger, which may say anything. */
const OTHER = 'other'
/** Programs that say their name first (RFC 9110, section 10.1.5) and are known to do so. */
const PROGRAMS = new Set([
  'curl',
  'wget',
  'okhttp',
  'node',
  'undici',
  'python-requests',
  'axios',
  'Dart',
  'CFNetwork',
])

/** The family of a program: `Firefox`. The family of a family is itself. */
export function familyOf(userAgent: string): string {
  if (FAMILIES.has(userAgent) || userAgent === OTHER) return userAgent
  const [first = ''] = userAgent.split(/[/ ]/, 1)
  if (PROGRAMS.has(first)) return first
  if (first !== 'Mozilla') return OTHER
  const { name } = Bowser.parse(userAgent).browser
  return name !== undefined && FAMILIES.has(name) ? name : OTHER
}

/**
 * Shortens what is older than `before`: an IPv4 address to its /24, an IPv6 address to its /48, a User-Agent to its family. Entries
 * of accounts under a legal hold stay as they are. Returns how many were shortened.
 */
export function shortenOrigins(pool: Pool, before: Date, signal?: AbortSignal): Promise<number> {
  return walkLog(pool, { name: 'origins', before, apply }, signal)
}

async function apply(db: Db, { partition, where, before }: Piece): Promise<number> {
  const { rows } = await db.query<{ agent: string }>(
    `select distinct entry.user_agent as agent from ${partition} entry where ${where} and entry.user_agent is not null`,
    [before],
  )
  const long = rows.map(({ agent }) => agent).filter((agent) => familyOf(agent) !== agent)
  const { rowCount } = await db.query(
    `update ${partition} entry set
        ip_address = case when entry.ip_address is not null
          then set_masklen(network(set_masklen(entry.ip_address, ${kept}))::inet, ${kept}) end,
        user_agent = coalesce((select family from unnest($2::text[], $3::text[]) known (agent, family)
          where known.agent = entry.user_agent), entry.user_agent)
      where ${where} and (masklen(entry.ip_address) > ${kept} or entry.user_agent = any($2::text[]))`,
    [before, long, long.map(familyOf)],
  )
  return rowCount ?? 0
}

/** How many bits of the address are kept. */
const kept = `least(masklen(entry.ip_address), case family(entry.ip_address) when 4 then 24 else 48 end)`
