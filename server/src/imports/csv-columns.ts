/** The columns that a file of users may have, and what their cells say. */
import { settingDeclarations } from '../document/settings.ts'
import type { JsonSchema } from '../http/json-schema.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { RawAccount } from './account.ts'

/** What a cell is read as. */
type Kind = 'text' | 'boolean' | 'integer' | 'list' | 'instant'

/** Where a value belongs: `settings`, `timezone`, or `tutor_profile`, `hourly_rate`, `amount`. */
export type CsvColumn = { name: string; path: readonly string[]; kind: Kind }

/** A cell that cannot be read. */
export type CellFault = { column: string; message: string; value: string }

const USER_COLUMNS: Record<string, Kind> = {
  email: 'text',
  email_verified: 'boolean',
  first_name: 'text',
  last_name: 'text',
  role: 'text',
  is_self_learning: 'boolean',
  is_active: 'boolean',
  created_at: 'instant',
}

/** All columns, by their names. */
export function csvColumns(types: ProfileTypes): ReadonlyMap<string, CsvColumn> {
  const columns: CsvColumn[] = Object.entries(USER_COLUMNS).map(([name, kind]) => ({
    name,
    path: [name],
    kind,
  }))
  for (const { name, type } of settingDeclarations) {
    columns.push({
      name: `settings.${name}`,
      path: ['settings', name],
      kind: type === 'boolean' ? 'boolean' : 'text',
    })
  }
  for (const { section, fields } of types.all) {
    for (const [field, schema] of Object.entries(fields))
      columns.push(...fieldColumns([section, field], schema))
  }
  return new Map(columns.map((column) => [column.name, column]))
}

function fieldColumns(path: string[], { type, properties }: JsonSchema): CsvColumn[] {
  const types = new Set([type].flat())
  if (types.has('object')) {
    return Object.entries(properties ?? {}).flatMap(([member, schema]) =>
      fieldColumns([...path, member], schema),
    )
  }
  const kind = types.has('array')
    ? 'list'
    : types.has('integer')
      ? 'integer'
      : types.has('boolean')
        ? 'boolean'
        : 'text'
  return [{ name: path.join('.'), path, kind }]
}

/** What is wrong with the first line, if anything is. */
export function headerFaults(header: readonly string[], columns: ReadonlyMap<string, CsvColumn>): string[] {
  const faults = header.flatMap((name, position) => {
    if (header.indexOf(name) < position) return [`line 1: the column "${name}" is there twice`]
    if (columns.has(name)) return []
    return [`line 1: there is no column "${name}"; there are ${[...columns.keys()].join(', ')}`]
  })
  return header.includes('email') ? faults : ['line 1: the column "email" is missing', ...faults]
}

const BOOLEANS: Record<string, boolean> = {
  true: true,
  yes: true,
  1: true,
  false: false,
  no: false,
  0: false,
}

/** The account of a line; an empty cell says nothing. */
export function readLine(
  header: readonly CsvColumn[],
  cells: readonly string[],
  types: ProfileTypes,
): { raw: RawAccount; faults: CellFault[] } {
  const faults: CellFault[] = []
  const root: Record<string, unknown> = {}
  for (const [position, { name, path, kind }] of header.entries()) {
    const cell = cells[position] ?? ''
    if (cell.trim() === '') continue
    const value = readCell(cell, kind)
    if (value === undefined) faults.push({ column: name, message: MESSAGES[kind], value: cell })
    else put(root, path, value)
  }
  const text = (name: string) => (typeof root[name] === 'string' ? root[name] : null)
  const flag = (name: string) => (typeof root[name] === 'boolean' ? root[name] : null)
  const part = (name: string) => {
    const found = root[name]
    return typeof found === 'object' && found !== null ? { ...found } : undefined
  }
  if (text('email') === null) faults.push({ column: 'email', message: 'An e-mail is required.', value: '' })
  return {
    faults,
    raw: {
      email: text('email'),
      emailVerified: flag('email_verified'),
      firstName: text('first_name'),
      lastName: text('last_name'),
      role: text('role'),
      isSelfLearning: flag('is_self_learning'),
      isActive: flag('is_active'),
      createdAt: text('created_at'),
      settings: part('settings') ?? {},
      profiles: types.all.flatMap(({ name, section }) => {
        const fields = part(section)
        return fields ? [{ type: name, fields }] : []
      }),
    },
  }
}

const MESSAGES: Record<Kind, string> = {
  text: 'The text contains invisible characters.',
  boolean: 'Write true or false.',
  integer: 'Write a whole number.',
  list: 'Write a list with semicolons between its items.',
  instant: 'Write a date such as 2024-05-31, or a time such as 2024-05-31T10:15:00Z.',
}

function readCell(cell: string, kind: Kind): unknown {
  if (cell.includes('\0')) return undefined
  const text = cell.trim()
  switch (kind) {
    case 'text':
      return text.replaceAll('\r\n', '\n')
    case 'boolean':
      return Object.hasOwn(BOOLEANS, text.toLowerCase()) ? BOOLEANS[text.toLowerCase()] : undefined
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
    case 'list':
      return text
        .split(';')
        .map((item) => item.trim())
        .filter((item) => item !== '')
    case 'instant':
      return readInstant(text)
  }
}

function readInstant(text: string): string | undefined {
  const pattern = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d))?$/
  if (!pattern.test(text)) return undefined
  const at = new Date(text.replace(' ', 'T'))
  // 30 February is 2 March to a Date.
  if (Number.isNaN(at.getTime()) || (text.length === 10 && at.toISOString().slice(0, 10) !== text))
    return undefined
  const iso = at.toISOString()
  return /^\d{4}-/.test(iso) && !iso.startsWith('0000') ? iso.replace('Z', '000Z') : undefined
}

function put(root: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    root[name] = value
    return
  }
  const found = root[name]
  const inner: Record<string, unknown> = typeof found === 'object' && found !== null ? { ...found } : {}
  put(inner, rest, value)
  root[name] = inner
}
