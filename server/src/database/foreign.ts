/**
 * Whose tables are in the schema before the first migration. v0.5 had no list of migrations, so its tables are known by their
 * columns. Any other table under a name that UPM wants belongs to somebody else.
 */
import type pg from 'pg'

const TEXT = ['text', 'varchar', 'bpchar', 'citext', 'name']
const TIME = ['timestamptz', 'timestamp']
const ID = ['int8', 'int4', 'int2']

const PROFILE = {
  user_id: ID,
  headline: TEXT,
  bio: TEXT,
  subjects: ['_text', '_varchar', '_bpchar'],
  created_at: TIME,
  updated_at: TIME,
}

/** The tables of v0.5 with the types that their columns may have. It may have had further columns. */
const OLD_TABLES: Record<string, Record<string, readonly string[]>> = {
  users: {
    id: ID,
    email: TEXT,
    first_name: TEXT,
    last_name: TEXT,
    role: TEXT,
    is_self_learning: ['bool'],
    created_at: TIME,
    updated_at: TIME,
  },
  tutor_profiles: PROFILE,
  student_profiles: PROFILE,
}

/** The tables that the migrations make besides. */
const NEW_TABLES = [
  'settings',
  'profiles',
  'identities',
  'media',
  'activity_log',
  'activity_log_past',
  'activity_log_future',
  'activity_receipts',
  'activity_texts',
  'unclaimed_files',
]

type Found = { name: string; kind: string; columns: Record<string, string> | null }

/** Says in one sentence which tables of somebody else are in the way in a schema; undefined: none are. */
export async function describeForeign(client: pg.ClientBase, schema: string): Promise<string | undefined> {
  const { rows } = await client.query<Found>(
    `select c.relname as name, c.relkind as kind, (
        select jsonb_object_agg(a.attname, t.typname) from pg_attribute a join pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = any($2) order by c.relname`,
    [schema, [...Object.keys(OLD_TABLES), ...NEW_TABLES]],
  )
  const users = rows.some(({ name }) => name === 'users')
  const foreign = rows.flatMap((table) => {
    const wanted = OLD_TABLES[table.name]
    if (!wanted) return [`"${table.name}"`]
    const differences =
      table.kind === 'r' ? compare(table.columns ?? {}, wanted) : ['it is no ordinary table']
    if (!users) differences.push('there is no table "users" beside it')
    return differences.length > 0 ? [`"${table.name}" (${differences.join('; ')})`] : []
  })
  return foreign.length > 0 ? foreign.join(', ') : undefined
}

/** What keeps a table from being that of v0.5. Further columns alone do not, but they help to see whose it is. */
function compare(columns: Record<string, string>, wanted: Record<string, readonly string[]>): string[] {
  const missing = Object.keys(wanted).filter((name) => !(name in columns))
  const unknown = Object.keys(columns).filter((name) => !(name in wanted))
  const otherwise = Object.entries(wanted).flatMap(([name, types]) => {
    const type = columns[name]
    return type === undefined || types.includes(type) ? [] : [`${name} has the type ${type}`]
  })
  if (missing.length === 0 && otherwise.length === 0) return []
  return [
    ...(missing.length > 0 ? [`missing columns: ${missing.join(', ')}`] : []),
    ...otherwise,
    ...(unknown.length > 0 ? [`unknown columns: ${unknown.join(', ')}`] : []),
  ]
}

/** The tables of a schema, except those of these names. */
export async function listOtherTables(
  client: pg.ClientBase,
  schema: string,
  known: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname <> all($2) order by 1`,
    [schema, known],
  )
  return rows.map(({ name }) => name)
}
