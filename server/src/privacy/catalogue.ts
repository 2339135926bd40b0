/** Compares the data map with the tables that are really there. */
import { query, sql, type Pool } from '../database/database.ts'
import { jobsSchemaOf } from '../database/jobs-schema.ts'
import type { PersonalData } from '../personal-data.ts'

/** Tables that hold nothing of a person, with the reason. */
const NOBODYS: Readonly<Record<string, string>> = {
  'upm.upm_migrations': 'the list of migrations',
  'auth.upm_migrations': 'the list of migrations of the sign-in',
  'upm.log_walks': 'how far the retention has come through the log',
  'auth.jwks': 'the keys that access tokens are signed with',
  'auth.used_challenges': 'hashes of random texts that passkeys have signed, for five minutes',
  'jobs.version': 'the version of the tables of the queue',
  'jobs.queue': 'the kinds of tasks',
  'jobs.schedule': 'the times of tasks',
  'jobs.subscription': 'events that start tasks; UPM has none',
  'jobs.bam': 'changes of the tables of the queue',
  'jobs.warning': 'warnings about slow statements and long queues',
  'jobs.queue_stats': 'counts of tasks',
  'jobs.job_dependency': 'which task waits for which; UPM has none',
  'jobs.instance': 'processes that work on tasks',
}

/** Types that can hold something of a person: texts, JSON, addresses, bytes. Times, numbers and yes or no cannot tell whose they are. */
const TELLING = [
  'text',
  'varchar',
  'bpchar',
  'citext',
  'json',
  'jsonb',
  'inet',
  'cidr',
  'macaddr',
  'bytea',
  'xml',
  'hstore',
]

/** Columns of numbers and ids that lead to a person. */
const KEYS = ['user_id', 'owner_id', 'actor_id', 'userId', 'ownerId', 'account_id']

export type Finding = { store: string; column: string | null; problem: string }

/**
 * What the data map misses or says too much: a table with a telling column or the key of a person that no feature registers, such a
 * column that a registration does not list, and a registration or column that is not there.
 *
 * @param hostSchemas schemas of a host whose tables are to be looked at, too
 */
export async function compareWithCatalogue(
  pool: Pool,
  register: readonly PersonalData[],
  hostSchemas: readonly string[] = [],
): Promise<Finding[]> {
  const { upm, auth } = pool.schemas
  const schemas = new Map([
    [upm, 'upm'],
    [auth, 'auth'],
    [jobsSchemaOf(upm), 'jobs'],
    ...hostSchemas.map((name) => [name, name] as const),
  ])
  const rows = await query<{ schema: string; table: string; column: string; telling: boolean }>(
    pool,
    sql`select n.nspname as schema, c.relname as table, a.attname as column,
        coalesce(e.typname, t.typname) = any(${TELLING}::text[]) or a.attname = any(${KEYS}::text[])
          or exists (select from pg_constraint k join pg_class r on r.oid = k.confrelid
            join pg_namespace s on s.oid = r.relnamespace
            where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any(k.conkey)
              and (s.nspname, r.relname) in ((${upm}::text, 'users'), (${auth}::text, 'user'))) as telling
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
      where n.nspname = any(${[...schemas.keys()]}::text[]) and c.relkind in ('r', 'p', 'm') and not c.relispartition
      order by 1, 2, a.attnum`,
  )
  const found = Map.groupBy(rows, ({ schema, table }) => `${schemas.get(schema)}.${table}`)
  const present = new Set(rows.map(({ schema }) => schemas.get(schema)))
  const known = new Map<string, PersonalData>(register.map((entry) => [entry.store, entry]))
  const missing = [...found].flatMap(([store, columns]): Finding[] => {
    const telling = columns.filter(({ telling: tells }) => tells).map(({ column }) => column)
    if (telling.length === 0 || store in NOBODYS) return []
    const entry = known.get(store)
    if (!entry) return [{ store, column: null, problem: 'no feature registers this table' }]
    return telling
      .filter((column) => !entry.columns?.includes(column))
      .map((column) => ({ store, column, problem: 'the registration does not list this column' }))
  })
  const untrue = register.flatMap((entry): Finding[] => {
    if (entry.store.startsWith('files:')) return []
    const columns = found.get(entry.store)?.map(({ column }) => column)
    // Where a whole schema is not there, what it belongs to has never been switched on.
    const [schema = ''] = entry.store.split('.', 1)
    if (!columns && !present.has(schema)) return []
    if (!columns) return [{ store: entry.store, column: null, problem: 'there is no such table' }]
    return (entry.columns ?? [])
      .filter((column) => !columns.includes(column))
      .map((column) => ({ store: entry.store, column, problem: 'there is no such column' }))
  })
  return [...missing, ...untrue].sort((a, b) => (a.store < b.store ? -1 : 1))
}
