/** `--map FILE`: says which table and column is what, where the names do not. */
import { readFile } from 'node:fs/promises'
import { Type, type Static } from 'typebox'
import { OperatorError } from '../operator-error.ts'
import type { Validator } from '../http/validation.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { settingNames } from '../document/settings.ts'
import { fieldMessage } from '../http/messages.ts'
import { messageOf } from '../values.ts'
import { columnOf, type Layout, type Table } from './layout.ts'
import {
  activityColumns,
  avatarColumns,
  guessMapping,
  profileColumns,
  settingColumns,
  userColumns,
  userTables,
  type Mapping,
} from './mapping.ts'

const name = Type.String({ minLength: 1, maxLength: 200 })
const closed = { additionalProperties: false }
const optional = Type.Optional
const column = optional(Type.Union([name, Type.Null()]))
const names = Type.Record(Type.String({ maxLength: 100 }), name)

const schema = Type.Object(
  {
    users: optional(
      Type.Object(
        {
          table: optional(name),
          id: optional(name),
          email: column,
          email_verified: optional(Type.Union([name, Type.Boolean(), Type.Null()])),
          first_name: column,
          last_name: column,
          role: column,
          is_self_learning: column,
          is_active: column,
          created_at: column,
          password: column,
        },
        closed,
      ),
    ),
    profiles: optional(
      Type.Record(
        Type.String({ maxLength: 100 }),
        Type.Union([
          Type.Null(),
          Type.Object(
            {
              table: optional(name),
              user: optional(name),
              created_at: column,
              updated_at: column,
              fields: optional(
                Type.Record(Type.String({ maxLength: 100 }), Type.Union([name, Type.Null(), names])),
              ),
            },
            closed,
          ),
        ]),
      ),
    ),
    settings: optional(
      Type.Union([
        Type.Null(),
        Type.Object(
          {
            table: optional(name),
            user: optional(name),
            columns: optional(Type.Record(Type.String({ maxLength: 100 }), Type.Union([name, Type.Null()]))),
          },
          closed,
        ),
      ]),
    ),
    avatars: optional(
      Type.Union([
        Type.Null(),
        Type.Array(Type.Object({ table: name, user: optional(name), file: optional(name) }, closed), {
          maxItems: 20,
        }),
      ]),
    ),
    activity: optional(
      Type.Union([
        Type.Null(),
        Type.Object(
          {
            table: optional(name),
            id: optional(name),
            user: optional(name),
            action: optional(name),
            timestamp: optional(name),
            entity_type: column,
            entity_id: column,
            metadata: column,
            ip_address: column,
            user_agent: column,
            actions: optional(names),
          },
          closed,
        ),
      ]),
    ),
    roles: optional(names),
    time_zone: optional(Type.String({ format: 'time-zone' })),
  },
  closed,
)

export type MapFile = Static<typeof schema>

/** @throws OperatorError that lists every fault of the form. */
export async function readMapFile(file: string, validator: Validator): Promise<MapFile> {
  let sent: unknown
  try {
    sent = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new OperatorError(`${file} cannot be read as JSON: ${messageOf(cause)}`, { cause })
  }
  const { valid, errors } = validator.reader(schema)(sent)
  if (valid !== undefined) return valid
  throw new OperatorError(
    faultList(
      `${file} is not a map`,
      errors.map((error) => `${error.field || 'the file'}: ${fieldMessage(error, 'en')}`),
    ),
  )
}

const faultList = (what: string, faults: readonly string[]) =>
  `${what}:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nNothing was imported. docs/move-from-django.md describes the map.`

/** Members with a value; null takes one away. */
function present<T>(members: Record<string, T | null>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
  )
}

/**
 * The mapping of a source: what its names say, and what the file says instead.
 *
 * @throws OperatorError where nobody can say which table holds the users, or with every table and column that is not there.
 */
export function createMapping(layout: Layout, types: ProfileTypes, file: MapFile = {}): Mapping {
  const faults: string[] = []
  const tableOf = (path: string, wanted: string): Table | undefined => {
    const table = layout.get(wanted)
    if (!table) faults.push(`${path}: there is no table "${wanted}"; there are ${listed([...layout.keys()])}`)
    return table
  }
  const users = file.users?.table === undefined ? findUsers(layout) : tableOf('users.table', file.users.table)
  if (!users) throw new OperatorError(faultList('The map does not fit this database', faults))
  const guess = guessMapping(layout, users, types)

  const mapping: Mapping = {
    ...guess,
    users: { ...userColumns(users), ...file.users, table: users.name },
    roles: file.roles ?? {},
    time_zone: file.time_zone ?? 'UTC',
  }
  for (const [type, given] of Object.entries(file.profiles ?? {})) {
    const declared = types.byName.get(type)
    if (!declared) {
      faults.push(
        `profiles.${type}: there is no such profile type; there are ${listed([...types.byName.keys()])}`,
      )
      continue
    }
    const { [type]: former, ...others } = mapping.profiles
    mapping.profiles = others
    if (given === null) continue
    const wanted = given.table ?? former?.table
    if (wanted === undefined) faults.push(`profiles.${type}.table: say which table it is`)
    const table = wanted === undefined ? undefined : tableOf(`profiles.${type}.table`, wanted)
    if (!table) continue
    const base = profileColumns(table, users.name, Object.keys(declared.fields))
    const fields = present({ ...base.fields, ...given.fields })
    mapping.profiles[type] = { ...base, ...given, table: table.name, fields }
  }
  const section = <T>(part: 'settings' | 'activity', make: (table: Table) => T | null): T | null => {
    const given = file[part]
    if (given === undefined || given === null) return null
    const wanted = given.table ?? guess[part]?.table
    if (wanted === undefined) {
      faults.push(`${part}.table: say which table it is`)
      return null
    }
    const table = tableOf(`${part}.table`, wanted)
    return table ? make(table) : null
  }
  if (file.settings !== undefined) {
    const given = file.settings
    mapping.settings = section('settings', (table) => {
      const base = settingColumns(table, users)
      return {
        ...base,
        ...given,
        table: table.name,
        columns: present({ ...base.columns, ...given?.columns }),
      }
    })
  }
  if (file.avatars !== undefined) {
    mapping.avatars = (file.avatars ?? []).flatMap((given, place) => {
      const table = tableOf(`avatars[${place}].table`, given.table)
      return table
        ? [{ ...(avatarColumns(table, users) ?? { user: '', file: '' }), ...given, table: table.name }]
        : []
    })
  }
  if (file.activity !== undefined) {
    const given = file.activity
    mapping.activity = section('activity', (table) => ({
      ...activityColumns(table, users.name),
      ...given,
      table: table.name,
    }))
  }
  faults.push(...columnFaults(layout, mapping, types))
  if (faults.length > 0) throw new OperatorError(faultList('The map does not fit this database', faults))
  return mapping
}

/** @throws OperatorError */
function findUsers(layout: Layout): Table {
  const [found, ...others] = userTables(layout)
  if (found && others.length === 0) return found
  const what = found
    ? `Several tables look like the users of Django: ${listed([found, ...others].map((table) => table.name))}.`
    : `No table looks like the users of Django (columns password, last_login, email). There ${
        layout.size === 0
          ? 'are no tables that this role may read'
          : `are: ${listed([...layout.values()].map(describe))}`
      }.`
  throw new OperatorError(
    `${what} Say which table it is with --map FILE, for example {"users": {"table": "accounts_user"}} ` +
      '(docs/move-from-django.md). Nothing was imported.',
  )
}

const describe = ({ name: table, columns }: Table) =>
  `${table} (${columns
    .slice(0, 8)
    .map((one) => one.name)
    .join(', ')}${columns.length > 8 ? ', …' : ''})`

function listed(items: readonly string[]): string {
  const shown = items.slice(0, 30)
  return items.length > shown.length
    ? `${shown.join(', ')} and ${items.length - shown.length} more`
    : shown.join(', ')
}

/** Types of PostgreSQL whose values can be compared. */
const KINDS: Record<string, string> = {
  smallint: 'a whole number',
  integer: 'a whole number',
  bigint: 'a whole number',
  text: 'a text',
  'character varying': 'a text',
}

/** Columns that are not there, those that have to be named, and those that cannot refer to a user. */
function columnFaults(layout: Layout, mapping: Mapping, types: ProfileTypes): string[] {
  const faults: string[] = []
  const typeOf = (table: string, named: string) => {
    const type = columnOf(layout.get(table), named)?.type
    return type === undefined ? undefined : (KINDS[type] ?? type)
  }
  const key = typeOf(mapping.users.table, mapping.users.id)
  const check = (path: string, table: string, wanted: string | boolean | null) => {
    if (typeof wanted !== 'string') return
    const found = layout.get(table)
    if (wanted === '') faults.push(`${path}: say which column of ${table} it is`)
    else if (found && !columnOf(found, wanted)) {
      faults.push(
        `${path}: the table ${table} has no column "${wanted}"; it has ${listed(found.columns.map((one) => one.name))}`,
      )
    } else if (path.endsWith('.user') && key !== undefined && typeOf(table, wanted) !== key) {
      faults.push(
        `${path}: the column "${wanted}" is ${typeOf(table, wanted)}, but the id of a user is ${key}`,
      )
    }
  }
  const { table: users, ...userNames } = mapping.users
  for (const [member, wanted] of Object.entries(userNames)) check(`users.${member}`, users, wanted)
  for (const [type, { table, fields, ...others }] of Object.entries(mapping.profiles)) {
    for (const [member, wanted] of Object.entries(others)) check(`profiles.${type}.${member}`, table, wanted)
    const declared = types.byName.get(type)?.fields ?? {}
    for (const [field, wanted] of Object.entries(fields)) {
      const path = `profiles.${type}.fields.${field}`
      if (!Object.hasOwn(declared, field)) {
        faults.push(`${path}: the type has no such field; it has ${listed(Object.keys(declared))}`)
      }
      for (const [member, of] of typeof wanted === 'string'
        ? [['', wanted] as const]
        : Object.entries(wanted)) {
        check(member === '' ? path : `${path}.${member}`, table, of)
      }
    }
  }
  if (mapping.settings) {
    const { table, user, columns } = mapping.settings
    check('settings.user', table, user)
    for (const [setting, wanted] of Object.entries(columns)) {
      if (!settingNames.includes(setting)) {
        faults.push(
          `settings.columns.${setting}: there is no such setting; there are ${listed(settingNames)}`,
        )
      }
      check(`settings.columns.${setting}`, table, wanted)
    }
  }
  for (const [place, { table, ...others }] of mapping.avatars.entries()) {
    for (const [member, wanted] of Object.entries(others)) check(`avatars[${place}].${member}`, table, wanted)
  }
  if (mapping.activity) {
    const { table, actions: _actions, ...others } = mapping.activity
    for (const [member, wanted] of Object.entries(others)) check(`activity.${member}`, table, wanted)
  }
  return faults
}
