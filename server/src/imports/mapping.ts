/** Which table and which column of a Django database is what here. */
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { settingNames } from '../document/settings.ts'
import { columnOf, firstColumn, hasColumns, type Layout, type Table } from './layout.ts'

/** A name of a column. Null: there is none, and every row has the value that a new account has. */
type ColumnName = string | null

/** A field is a column, or an object whose members are. */
type FieldColumns = string | Record<string, string>

export type UserColumns = {
  table: string
  id: string
  email: ColumnName
  /** A column, or what holds for all. */
  email_verified: string | boolean | null
  first_name: ColumnName
  last_name: ColumnName
  role: ColumnName
  is_self_learning: ColumnName
  is_active: ColumnName
  created_at: ColumnName
  password: ColumnName
}

export type ProfileColumns = {
  table: string
  user: string
  created_at: ColumnName
  updated_at: ColumnName
  fields: Record<string, FieldColumns>
}

export type SettingColumns = { table: string; user: string; columns: Record<string, string> }

export type AvatarColumns = { table: string; user: string; file: string }

export type ActivityColumns = {
  table: string
  id: string
  user: string
  action: string
  timestamp: string
  entity_type: ColumnName
  entity_id: ColumnName
  metadata: ColumnName
  ip_address: ColumnName
  user_agent: ColumnName
  /** Actions that are called otherwise from now on. All others keep their names. */
  actions: Record<string, string>
}

export type Mapping = {
  users: UserColumns
  profiles: Record<string, ProfileColumns>
  settings: SettingColumns | null
  /** Of an account with several, the first one counts. */
  avatars: AvatarColumns[]
  activity: ActivityColumns | null
  /** Roles that are called otherwise here. */
  roles: Record<string, string>
  /** Of the times without a zone (`USE_TZ = False`): the `TIME_ZONE` of the Django project. */
  time_zone: string
}

/** The tables that may be the one of the users: what `AbstractBaseUser` has, and an e-mail. */
export function userTables(layout: Layout): Table[] {
  return [...layout.values()].filter((table) => hasColumns(table, 'password', 'last_login', 'email'))
}

export function userColumns(table: Table): UserColumns {
  const column = (...names: string[]) => firstColumn(table, ...names) ?? null
  return {
    table: table.name,
    id: table.key ?? column('id') ?? '',
    email: column('email'),
    email_verified: column('email_verified', 'is_email_verified'),
    first_name: column('first_name'),
    last_name: column('last_name'),
    role: column('role', 'user_type'),
    is_self_learning: column('is_self_learning'),
    is_active: column('is_active'),
    created_at: column('date_joined', 'created_at'),
    password: column('password'),
  }
}

/** The column that says whose a row is: a foreign key to the users, best of all one called `user`. */
function ownerColumn(table: Table, users: string): string | undefined {
  const isOfUsers = (table.references.get('user_id') ?? users) === users
  if (columnOf(table, 'user_id') && isOfUsers) return 'user_id'
  return [...table.references].find(([, target]) => target === users)?.[0]
}

function findOwned(layout: Layout, users: string, name: RegExp, ...columns: string[]): Table | undefined {
  return [...layout.values()].find(
    (table) =>
      name.test(table.bareName) && ownerColumn(table, users) !== undefined && hasColumns(table, ...columns),
  )
}

export function profileColumns(table: Table, users: string, fields: readonly string[]): ProfileColumns {
  return {
    table: table.name,
    user: ownerColumn(table, users) ?? '',
    created_at: firstColumn(table, 'created_at') ?? null,
    updated_at: firstColumn(table, 'updated_at') ?? null,
    fields: Object.fromEntries(fields.filter((name) => columnOf(table, name)).map((name) => [name, name])),
  }
}

export function settingColumns(table: Table, users: Table): SettingColumns {
  return {
    table: table.name,
    user: table === users ? (userColumns(users).id ?? '') : (ownerColumn(table, users.name) ?? ''),
    columns: Object.fromEntries(
      settingNames.filter((name) => columnOf(table, name)).map((name) => [name, name]),
    ),
  }
}

export function activityColumns(table: Table, users: string): ActivityColumns {
  const column = (...names: string[]) => firstColumn(table, ...names) ?? null
  return {
    table: table.name,
    id: table.key ?? 'id',
    user: ownerColumn(table, users) ?? '',
    action: column('action') ?? '',
    timestamp: column('timestamp', 'created_at') ?? '',
    entity_type: column('entity_type'),
    entity_id: column('entity_id'),
    metadata: column('metadata'),
    ip_address: column('ip_address', 'ip'),
    user_agent: column('user_agent'),
    actions: {},
  }
}

export function avatarColumns(table: Table, users: Table): AvatarColumns | null {
  const file = firstColumn(table, 'avatar', 'photo', 'picture')
  if (file === undefined) return null
  return {
    table: table.name,
    user: table === users ? userColumns(users).id : (ownerColumn(table, users.name) ?? ''),
    file,
  }
}

/** What the names of tables and columns say, for these users. */
export function guessMapping(layout: Layout, users: Table, types: ProfileTypes): Mapping {
  const profiles = types.all.flatMap(({ name, fields }) => {
    const table = findOwned(layout, users.name, new RegExp(`(?:^|_)${name.replaceAll('_', '')}_?profiles?$`))
    return table ? [[name, profileColumns(table, users.name, Object.keys(fields))] as const] : []
  })
  const ownSettings = settingNames.some((name) => columnOf(users, name)) ? users : undefined
  const settings = findOwned(layout, users.name, /(?:settings?|preferences?)$/, 'timezone') ?? ownSettings
  const activity = findOwned(layout, users.name, /activity_?logs?$/, 'action')
  const places = new Set([users, settings, ...profiles.map(([, { table }]) => layout.get(table))])
  return {
    users: userColumns(users),
    profiles: Object.fromEntries(profiles),
    settings: settings ? settingColumns(settings, users) : null,
    avatars: [...places].flatMap((table) => (table && avatarColumns(table, users)) ?? []),
    activity: activity ? activityColumns(activity, users.name) : null,
    roles: {},
    time_zone: 'UTC',
  }
}
