/**
 * The settings of an account. A setting is an entry here and a column of the table `settings`, which a migration adds;
 * the SQL, the schemas, the document and the diff in the log follow from this table.
 */
import { Type, type Static, type TSchema } from 'typebox'
import { columns, raw, type Sql } from '../database/database.ts'
import { choice } from '../http/schemas.ts'

type Declaration = {
  /** The type of the column, and its default. */
  type: 'text' | 'boolean'
  default: string | boolean
  schema: (uiLanguages: readonly string[]) => TSchema
}

const declared = {
  timezone: {
    type: 'text',
    default: 'UTC',
    schema: () =>
      Type.String({
        format: 'time-zone',
        description:
          'A name of the IANA time zone database, in its exact case. `GET /api/timezones/` lists them.',
      }),
  },
  ui_language: {
    type: 'text',
    default: 'uk',
    schema: (uiLanguages: readonly string[]) =>
      choice(uiLanguages, {
        format: 'language-tag',
        description:
          'A language that `GET /api/languages/` lists. A chosen language is kept when it is removed from the list.',
      }),
  },
  notifications_enabled: {
    type: 'boolean',
    default: true,
    schema: () => Type.Boolean(),
  },
  privacy_public_profile: {
    type: 'boolean',
    default: false,
    schema: () =>
      Type.Boolean({
        description:
          'Whether everybody can see the public fields of the profile, as long as it has what its type requires.',
      }),
  },
} as const satisfies Record<string, Declaration>

type Name = keyof typeof declared

export type Settings = { [Setting in Name]: Static<ReturnType<(typeof declared)[Setting]['schema']>> }

/** All settings, in the order of the document. */
export const settingDeclarations = Object.entries<Declaration>(declared).map(([name, declaration]) => ({
  name,
  ...declaration,
}))

export const settingNames = settingDeclarations.map(({ name }) => name)

/** What a new account has, where the installation says nothing else. */
export const defaultSettings = settingsOf(
  Object.fromEntries(settingDeclarations.map((setting) => [setting.name, setting.default])),
)

/** The settings among the members of a row. */
export function settingsOf(row: Readonly<Record<string, unknown>>): Settings {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the names go through a list, which TypeScript does not follow
  return Object.fromEntries(settingNames.map((name) => [name, row[name]])) as Settings
}

/** The schema of the settings, for the languages of this installation. */
export function createSettingsSchema(uiLanguages: readonly string[]) {
  const fields = settingDeclarations.map(({ name, schema }) => [name, schema(uiLanguages)] as const)
  return Type.Object(Object.fromEntries(fields), { additionalProperties: false })
}

/** Their columns of the row that is called so. */
export function settingColumns(row: string): Sql {
  return columns(row, settingNames)
}

/** The settings of the row that is called so as one object of JSON. */
export function settingsObject(row: string): Sql {
  return raw(`jsonb_build_object(${settingNames.map((name) => `'${name}', ${row}.${name}`).join(', ')})`)
}

/** What an update of the row `s` sets them to: what `changes`, an object of JSON, has for each, or what it is. */
export function settingsUpdate(changes: string): Sql {
  const update = ({ name, type }: (typeof settingDeclarations)[number]) =>
    `${name} = coalesce((${changes} ->> '${name}')::${type}, s.${name})`
  return raw(settingDeclarations.map(update).join(', '))
}
