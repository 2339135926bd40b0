/** The tables of a source: what is there, as its catalogue says. */
import type pg from 'pg'

export type Column = { name: string; type: string }

export type Table = {
  /** As SQL writes it: `auth_user`, or `app."User"` where its schema is not on the search path. */
  name: string
  /** Without its schema and quotes. */
  bareName: string
  columns: readonly Column[]
  /** The column of the primary key, if it is one. */
  key: string | undefined
  /** Columns that refer to other tables, and the names of those. */
  references: ReadonlyMap<string, string>
}

export type Layout = ReadonlyMap<string, Table>

type Row = {
  name: string
  bare_name: string
  columns: Column[]
  key: string[] | null
  foreign_keys: { column: string; table: string }[] | null
}

/** The tables and views that may be read. */
export async function readLayout(db: pg.ClientBase): Promise<Layout> {
  const { rows } = await db.query<Row>(`
    select c.oid::regclass::text as name, c.relname as bare_name,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select array_agg(a.attname::text) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        where i.indrelid = c.oid and i.indisprimary) as key,
      (select jsonb_agg(jsonb_build_object('column', a.attname, 'table', k.confrelid::regclass::text))
        from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
        where k.conrelid = c.oid and k.contype = 'f' and cardinality(k.conkey) = 1) as foreign_keys
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
      and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and has_table_privilege(c.oid, 'select')
    order by 1`)
  return new Map(
    rows.map(({ name, bare_name: bareName, columns, key, foreign_keys: references }) => [
      name,
      {
        name,
        bareName,
        columns: columns ?? [],
        key: key?.length === 1 ? key[0] : undefined,
        references: new Map(references?.map(({ column, table }) => [column, table])),
      },
    ]),
  )
}

export function hasColumns(table: Table, ...names: string[]): boolean {
  return names.every((name) => columnOf(table, name) !== undefined)
}

export function columnOf(table: Table | undefined, name: string): Column | undefined {
  return table?.columns.find((column) => column.name === name)
}

/** The first of these columns that the table has. */
export function firstColumn(table: Table, ...names: string[]): string | undefined {
  return names.find((name) => columnOf(table, name) !== undefined)
}
