/**
 * Fields that were stored under another version of their type than the declared one. An older version becomes the declared
 * one by the `upgrade` of the declaration. That is code of a host: what it does wrong must harm no profile.
 */
import { normalizeText } from '../http/normalize.ts'
import { formsOf, isSame, keptPaths } from '../http/same.ts'
import { asStored } from '../http/schemas.ts'
import type { Validate, Validator } from '../http/validation.ts'
import { isRecord } from '../values.ts'
import type { Fields, ProfileType } from './profile-type.ts'
import type { ProfileTypes } from './profile-types.ts'

/** Fields of the declared version, or why there are none. The reason names fields, never their values. */
export type Upgraded = { fields: Fields; reason?: undefined } | { fields?: undefined; reason: string }

/** Told of each profile that cannot be upgraded. */
export type OnStuck = (stuck: { userId: number; type: string; version: number; reason: string }) => void

export type Upgrader = ReturnType<typeof createUpgrader>

/** Faults that a reason names. */
const NAMED_FAULTS = 3

export function createUpgrader(types: ProfileTypes, validator: Validator, onStuck: OnStuck = () => {}) {
  const judges = new Map(types.all.map((type) => [type.name, createJudge(type, validator)]))

  /**
   * What the fields of an older version become. Every field with a new value has to be valid. One that keeps its value may break
   * a rule that is newer than the value, as everywhere, but not have another type.
   *
   * @param stored as they are in the database. They are not changed.
   */
  function upgrade(type: ProfileType, stored: Fields, version: number): Upgraded {
    if (version > type.version) {
      return { reason: `it has version ${version} of the type, and this server has version ${type.version}` }
    }
    if (!type.upgrade) return { reason: `the type has no "upgrade" from version ${version}` }
    let made: unknown
    try {
      made = type.upgrade(structuredClone(stored), version)
      // A promise is an object, too, without any members.
      if (!isPlain(made)) return { reason: 'upgrade() did not return a plain object' }
      made = JSON.parse(JSON.stringify(made))
    } catch (error) {
      return { reason: `upgrade() threw ${placeOf(error)}` }
    }
    if (!isRecord(made)) return { reason: 'upgrade() did not return a plain object' }
    const fields = made
    const stranger = Object.keys(fields).find(
      (name) => !Object.hasOwn(type.fields, name) && !Object.hasOwn(stored, name),
    )
    if (stranger !== undefined) {
      return { reason: `upgrade() returned a field "${stranger}", which is not declared` }
    }
    const normalized: Fields = {}
    for (const [name, value] of Object.entries(fields)) {
      const schema = type.fields[name]
      normalized[name] =
        schema && !isSame(value, stored[name], undefined) ? normalizeText(schema, value) : value
    }
    const faults = judges.get(type.name)?.faults(normalized, stored) ?? []
    if (faults.length === 0) return { fields: normalized }
    const more = faults.length > NAMED_FAULTS ? `, and ${faults.length - NAMED_FAULTS} more` : ''
    return { reason: `upgrade() returned ${faults.slice(0, NAMED_FAULTS).join(', ')}${more}` }
  }

  /**
   * The fields as readers get them. Those that cannot be upgraded are shown as far as their types fit the declaration, and
   * the others by their defaults: a fault of the declaration takes nobody's document away.
   */
  function view(type: ProfileType, stored: Fields, version: number, userId: number): Fields {
    const upgraded = upgrade(type, stored, version)
    if (upgraded.fields) return { ...type.defaults, ...declared(type, upgraded.fields) }
    onStuck({ userId, type: type.name, version, reason: upgraded.reason })
    const fits = judges.get(type.name)?.fits
    return Object.fromEntries(
      Object.keys(type.fields).map((name) => [
        name,
        Object.hasOwn(stored, name) && fits?.(name, stored[name]) ? stored[name] : type.defaults[name],
      ]),
    )
  }

  return { upgrade, view }
}

function declared(type: ProfileType, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(type.fields, name)))
}

/** Judges the fields of a type. Its checks are compiled when they are first needed, which mostly is never. */
function createJudge(type: ProfileType, validator: Validator) {
  const forms = formsOf(type.fields)
  const storedChecks = new Map<string, Validate>()
  let check: Validate | undefined

  function fits(name: string, value: unknown): boolean {
    const schema = type.fields[name]
    if (!schema) return false
    const known = storedChecks.get(name)
    const made = known ?? validator.body({ type: 'object', properties: { [name]: asStored(schema) } })
    if (!known) storedChecks.set(name, made)
    return made({ [name]: value }).length === 0
  }

  function faults(fields: Fields, stored: Fields): string[] {
    check ??= validator.body({ type: 'object', properties: type.fields })
    return Object.entries(fields).flatMap(([name, value]) => {
      if (!Object.hasOwn(type.fields, name)) return []
      const found = check?.({ [name]: value }) ?? []
      if (found.length === 0) return []
      const kept = keptPaths(value, stored[name], forms[name], name)
      return found
        .filter(({ field }) => !(kept.some((path) => isWithin(field, path)) && fits(name, value)))
        .map(({ field, code }) => `${field} (${code})`)
    })
  }

  return { fits, faults }
}

function isWithin(field: string, path: string): boolean {
  return field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`)
}

function isPlain(value: unknown): boolean {
  if (!isRecord(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The kind of an error and where it was thrown. Its message may have a value of a field in it. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error'
  const { message, stack = '' } = error
  const frame = /^ {4}at .*$/m.exec(stack.slice(stack.indexOf(message) + message.length))?.[0].trim()
  return frame ? `${error.constructor.name} ${frame}` : error.constructor.name
}
