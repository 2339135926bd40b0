/**
 * An account out of another system as it is kept here. Values that break today's rules stay as they are, as those of old
 * databases do: rules judge what is written, not what is there. Only what cannot be kept at all is changed or left out.
 */
import { Type } from 'typebox'
import { nameSchema, MAX_NAME_CHARACTERS } from '../accounts/names.ts'
import { createSettingsSchema, settingDeclarations, type Settings } from '../document/settings.ts'
import type { FieldError } from '../errors.ts'
import type { JsonSchema } from '../http/json-schema.ts'
import type { Validator } from '../http/validation.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { usualRole, type Roles } from '../profile-types/roles.ts'
import { isRecord, memberOf } from '../values.ts'
import type { Note } from './report.ts'

export type Rules = ReturnType<typeof createRules>

export type RulesOptions = {
  types: ProfileTypes
  roles: Roles
  validator: Validator
  uiLanguages: readonly string[]
  /** Of an account that has none. */
  newSettings: Settings
  /** Of the run: the time of whatever has none. */
  now: string
}

/** What is known of an account, as it was read. Null and undefined: nothing. */
export type RawAccount = {
  email: string | null
  emailVerified: boolean | null
  firstName: string | null
  lastName: string | null
  role: string | null
  isSelfLearning: boolean | null
  isActive: boolean | null
  createdAt: string | null
  settings: Readonly<Record<string, unknown>>
  profiles: readonly { type: string; fields: Fields; createdAt?: string | null; updatedAt?: string | null }[]
}

export type NewAccount = {
  email: string | null
  emailVerified: boolean
  firstName: string
  lastName: string
  role: string
  isSelfLearning: boolean
  isDisabled: boolean
  profileType: string
  createdAt: string
  updatedAt: string
  settings: Settings
  profiles: { type: string; typeVersion: number; fields: Fields; createdAt: string; updatedAt: string }[]
}

/** What became of a value. */
export type ValueNote = Omit<Note, 'row'> & {
  outcome: 'kept' | 'left_out' | 'changed'
  /** The rule that the value breaks, where it is one of today's. */
  fault?: FieldError
}

const MAX_EMAIL_CHARACTERS = 254
const MAX_ROLE_CHARACTERS = 50
/** No body of a request could have brought more. */
const MAX_FIELD_BYTES = 1024 * 1024

/** Values of a wrong form would be no document that anybody can read. */
const UNREADABLE = new Set<FieldError['code']>(['invalid_type', 'not_nullable', 'required', 'unknown_field'])

export function createRules(options: RulesOptions) {
  const { types, roles, validator, uiLanguages, newSettings, now } = options
  const settingsSchema = createSettingsSchema(uiLanguages)
  const checkUser = validator.body(
    Type.Object({
      email: Type.Optional(Type.String({ format: 'email', maxLength: MAX_EMAIL_CHARACTERS })),
      first_name: nameSchema,
      last_name: nameSchema,
    }),
  )
  const checkSettings = validator.body(settingsSchema)
  const checkSection = new Map(
    types.all.map(({ name, fields }) => [name, validator.body({ type: 'object', properties: fields })]),
  )

  /** The account, and what there is to say of its values. */
  function accept(raw: RawAccount): { account: NewAccount; notes: ValueNote[] } {
    const notes: ValueNote[] = []
    const line = (field: string, given: string | null, max: number) => cut(notes, field, given ?? '', max)
    const email = cut(notes, 'email', raw.email?.trim() ?? '', MAX_EMAIL_CHARACTERS, 'left_out')
    const firstName = line('first_name', raw.firstName, MAX_NAME_CHARACTERS)
    const lastName = line('last_name', raw.lastName, MAX_NAME_CHARACTERS)
    const faults = checkUser({ first_name: firstName, last_name: lastName, ...(email !== '' && { email }) })
    notes.push(
      ...faults.map((fault) => {
        const { field, code } = fault
        const value = { email, first_name: firstName, last_name: lastName }[field]
        return { outcome: 'kept' as const, field, reason: code, fault, ...(value !== undefined && { value }) }
      }),
    )
    const createdAt = raw.createdAt ?? now
    const role = line('role', raw.role, MAX_ROLE_CHARACTERS) || usualRole(roles)
    const profiles = raw.profiles.flatMap(({ type, fields, createdAt: at, updatedAt }) => {
      const declared = types.byName.get(type)
      if (!declared) return []
      const begun = at ?? createdAt
      return [
        {
          type,
          typeVersion: declared.version,
          fields: acceptFields(declared, fields, notes),
          createdAt: begun,
          updatedAt: updatedAt ?? begun,
        },
      ]
    })
    const profileType = typeOfRole(role, profiles, notes)
    if (!profiles.some(({ type }) => type === profileType)) {
      const typeVersion = types.byName.get(profileType)?.version ?? 1
      profiles.push({ type: profileType, typeVersion, fields: {}, createdAt, updatedAt: createdAt })
    }
    // What was changed in the future would put all later changes there, too.
    const changes = profiles.map(({ updatedAt }) => updatedAt).filter((at) => at <= now)
    const account: NewAccount = {
      email: email === '' ? null : email,
      emailVerified: email !== '' && (raw.emailVerified ?? false),
      firstName,
      lastName,
      role,
      isSelfLearning: raw.isSelfLearning ?? false,
      isDisabled: raw.isActive === false,
      profileType,
      createdAt,
      updatedAt: [...changes, createdAt > now ? now : createdAt].sort().at(-1) ?? now,
      settings: acceptSettings(raw.settings, notes),
      profiles,
    }
    return { account, notes }
  }

  /** The type of the role; of a role that is not configured, that of a profile which is there. */
  function typeOfRole(role: string, profiles: readonly { type: string }[], notes: ValueNote[]): string {
    const known = roles.get(role)
    if (known !== undefined) return known
    notes.push({ outcome: 'kept', field: 'role', reason: 'role_unknown', value: role })
    return profiles[0]?.type ?? roles.get(usualRole(roles)) ?? types.all[0]?.name ?? 'student'
  }

  function acceptSettings(given: Readonly<Record<string, unknown>>, notes: ValueNote[]): Settings {
    const settings: Record<string, unknown> = { ...newSettings }
    for (const { name, type } of settingDeclarations) {
      const value = given[name]
      if (value === undefined || value === null || value === '') continue
      const isKept =
        type === 'boolean' ? typeof value === 'boolean' : typeof value === 'string' && fits(name, value)
      if (isKept) settings[name] = value
      else notes.push({ outcome: 'left_out', field: `settings.${name}`, reason: 'invalid_type', value })
    }
    for (const fault of checkSettings(settings)) {
      const { field, code } = fault
      notes.push({ outcome: 'kept', field: `settings.${field}`, reason: code, value: settings[field], fault })
    }
    // oxlint-disable-next-line typescript/consistent-type-assertions -- it began with all of them, and each was judged by its type
    return settings as Settings
  }

  /** A field without a value is left out: a document shows its default. */
  function acceptFields(
    { name, section, fields: declared }: ProfileType,
    given: Fields,
    notes: ValueNote[],
  ): Fields {
    const fields: Fields = {}
    for (const field of Object.keys(declared)) {
      const value = cleaned(declared[field] ?? {}, given[field])
      if (value === undefined || value === null) continue
      if (Buffer.byteLength(JSON.stringify(value)) > MAX_FIELD_BYTES) {
        notes.push({ outcome: 'left_out', field: `${section}.${field}`, reason: 'too_large' })
      } else fields[field] = value
    }
    for (const fault of checkSection.get(name)?.(fields) ?? []) {
      const { field, code } = fault
      const top = /^[^.[]*/.exec(field)?.[0] ?? field
      const isKept = !UNREADABLE.has(code)
      const value = valueAt(given, field)
      notes.push({
        outcome: isKept ? 'kept' : 'left_out',
        field: `${section}.${field}`,
        reason: code,
        fault,
        ...(value !== undefined && { value }),
      })
      if (!isKept) delete fields[top]
    }
    return fields
  }

  return { accept, now }
}

/** The constraints of the table `settings`. */
function fits(name: string, value: string): boolean {
  const characters = [...value].length
  return name === 'timezone' ? characters <= 64 : characters >= 2 && characters <= 35
}

/** A text that the column can hold. */
function cut(
  notes: ValueNote[],
  field: string,
  given: string,
  max: number,
  otherwise: 'changed' | 'left_out' = 'changed',
): string {
  const text = storable(given)
  if (text !== given) notes.push({ outcome: 'changed', field, reason: 'invalid_format', value: given })
  const characters = [...text]
  if (characters.length <= max) return text
  const now = otherwise === 'changed' ? characters.slice(0, max).join('') : ''
  notes.push({ outcome: otherwise, field, reason: 'max_length', value: text })
  return now
}

/** Without what PostgreSQL does not keep: NUL, and halves of surrogate pairs. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

/** A value of JSON whose texts can be kept; lists without nulls. A list or an object may come as a text of JSON. */
function cleaned({ type }: JsonSchema, value: unknown): unknown {
  const isComposite =
    type === 'array' || type === 'object' || (Array.isArray(type) && type.includes('object'))
  if (isComposite && typeof value === 'string' && /^\s*[[{]/.test(value)) {
    try {
      return clean(JSON.parse(value))
    } catch {
      return clean(value)
    }
  }
  return clean(value)
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(clean)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [storable(name), clean(member)]))
}

/** What stands at `subjects[2]` or `hourly_rate.amount`. */
function valueAt(root: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce<unknown>(
      (value, part) => (Array.isArray(value) ? value[Number(part)] : memberOf(value, part)),
      root,
    )
}
