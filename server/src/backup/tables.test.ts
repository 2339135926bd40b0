import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { query, sql } from '../database/database.ts'
import { LEFT_OUT, NUMBERED, TABLES } from './tables.ts'

const { pool, drop } = await createDatabase()
after(drop)

test('each column of each table is in a backup, or among those that are left out', async () => {
  const rows = await query<{ schema: string; table: string; column: string }>(
    pool,
    sql`select n.nspname as schema, c.relname as table, a.attname as column
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relispartition
        and a.attnum > 0 and not a.attisdropped`,
  )
  const found = rows
    .map(({ schema, table, column }) => `${schema === 'public' ? 'upm' : schema}.${table}.${column}`)
    .filter((name) => !LEFT_OUT.some((left) => name === left || name.startsWith(`${left}.`)))
  const listed = TABLES.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`))
  assert.deepEqual(listed.sort(), found.sort())
})

test('each sequence goes on where it was', async () => {
  const rows = await query<{ name: string }>(
    pool,
    sql`select case n.nspname when 'public' then 'upm' else n.nspname end || '.' || t.relname || '.' || a.attname as name
      from pg_class s join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i')
      join pg_class t on t.oid = d.refobjid join pg_namespace n on n.oid = t.relnamespace
      join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where s.relkind = 'S' and n.nspname in ('public', 'auth')`,
  )
  assert.deepEqual(
    rows.map(({ name }) => name).sort(),
    NUMBERED.map(({ table, column }) => `${table}.${column}`).sort(),
  )
})
