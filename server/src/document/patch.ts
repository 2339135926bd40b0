import { isDeepStrictEqual } from 'node:util'
import type { FieldError } from '../errors.ts'
import { UNREAD } from '../http/limits.ts'
import { normalizeText } from '../http/normalize.ts'
import { formsOf, isSame, keptPaths, type Form } from '../http/same.ts'
import type { Validate, Validator } from '../http/validation.ts'
import type { JsonSchema } from '../http/json-schema.ts'
import type { ProfileDocument } from './present.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { Fields } from '../profile-types/profile-type.ts'
import type { SectionChanges } from './queries.ts'
import { READ_ONLY, type DocumentSchemas } from './schema.ts'
import { isRecord, memberOf } from '../values.ts'

/** A patch as sent, read and judged as far as that is possible without the stored document. */
export type ReadPatch = {
  changes: SectionChanges
  /** The body itself. */
  sent: unknown
  errors: FieldError[]
  /** Read-only members and what the sender says they are, by path. */
  claims: { field: string; path: string[]; value: unknown }[]
  /** Sections that were sent as null. */
  nulls: string[]
  /** Fields whose value is an object of which only some members were sent: they are merged with the stored ones. */
  partial: { section: string; name: string }[]
}

export type PatchReader = ReturnType<typeof createPatchReader>

/** Whether a patch can only be judged next to the stored document. */
export function needsDocument({ changes, errors, claims, nulls, partial }: ReadPatch): boolean {
  return (
    errors.length > 0 || claims.length > 0 || nulls.length > 0 || partial.length > 0 || publishes(changes)
  )
}

/** Whether the changes would show the profile to everybody. */
export function publishes({ settings }: SectionChanges): boolean {
  return settings?.['privacy_public_profile'] === true
}

export function createPatchReader(types: ProfileTypes, schemas: DocumentSchemas, validator: Validator) {
  const schema = schemas.documentPatch
  const readBody = validator.reader(schema)
  const wholeSections = new Map<string, Validate>(
    types.all.map((type) => [type.section, validator.body({ type: 'object', properties: type.fields })]),
  )

  /** By section, the fields of which a value can be written in several ways. */
  const forms: Record<string, Record<string, Form>> = Object.fromEntries(
    Object.entries(schema.properties).map(([section, { properties = {} }]) => [section, formsOf(properties)]),
  )

  function fieldOf(section: string, name: string): JsonSchema | undefined {
    return types.bySection.get(section)?.fields[name]
  }

  function read(sent: unknown): ReadPatch {
    const { value: body, errors } = readBody(sent)
    const patch: ReadPatch = { changes: {}, sent, errors, claims: [], nulls: [], partial: [] }
    if (!isRecord(body)) return patch
    for (const name of READ_ONLY.document) {
      if (name in body) patch.claims.push({ field: name, path: [name], value: body[name] })
    }
    for (const section of ['user', 'settings', ...types.bySection.keys()]) {
      const fields = body[section]
      if (fields === null) patch.nulls.push(section)
      if (!isRecord(fields)) continue
      const changes: Fields = { ...fields }
      if (section === 'user') {
        for (const name of READ_ONLY.user) {
          if (!(name in changes)) continue
          patch.claims.push({ field: `user.${name}`, path: ['user', name], value: changes[name] })
          delete changes[name]
        }
      }
      patch.changes[section] = changes
      for (const [name, value] of Object.entries(changes)) {
        const declared = fieldOf(section, name)
        if (declared && isPartial(declared, value)) patch.partial.push({ section, name })
      }
    }
    return patch
  }

  /** Reads a list that is too long, if it is no longer than the one that is stored: that one may be older than the limit. */
  function readLong(
    value: unknown,
    sent: unknown,
    stored: unknown,
    declared: JsonSchema | undefined,
  ): unknown {
    const isNoLonger = Array.isArray(sent) && Array.isArray(stored) && sent.length <= stored.length
    return value === UNREAD && isNoLonger && declared ? normalizeText(declared, sent) : value
  }

  /**
   * Settles against the stored document what `read` could not: returns what to write, or the faults, all of them.
   * A value that stays as it is never is a fault, also where an old database holds what today's rules refuse, or where a
   * catalogue has lost it; nor is a part that stays: of a list only new items are judged.
   */
  function settle(patch: ReadPatch, stored: ProfileDocument) {
    const document: Record<string, unknown> = stored
    // What was sent has been normalized, what is stored may be older than that.
    const normalized = normalizeText(schema, document)
    const changes = Object.fromEntries(
      Object.entries(patch.changes).map(([section, fields]) => [section, { ...fields }]),
    )
    const errors: FieldError[] = []
    let faults = patch.errors
    for (const { field, path, value } of patch.claims) {
      const current = path.reduce<unknown>(memberOf, document)
      if (!isDeepStrictEqual(value, current)) errors.push({ field, code: 'read_only' })
    }
    for (const section of patch.nulls) {
      faults = faults.filter(({ field }) => field !== section)
      if (document[section] !== null) errors.push({ field: section, code: 'not_nullable' })
    }
    for (const [section, fields] of Object.entries(changes)) {
      const current = document[section]
      if (!isRecord(current)) {
        // Whatever else is wrong in it, there is no such section to put it into.
        faults = faults.filter(({ field }) => field !== section && !isWithin(field, section))
        errors.push({ field: section, code: 'not_applicable' })
        delete changes[section]
        continue
      }
      for (const [name, given] of Object.entries(fields)) {
        if (!(name in current)) continue
        const path = `${section}.${name}`
        const form = forms[section]?.[name]
        const sent = sentField(patch, section, name)
        const usual = memberOf(memberOf(normalized, section), name)
        const value = readLong(given, sent, usual, fieldOf(section, name))
        // As it was sent too: a part that is too large has not been read.
        if (isSame(value, current[name], form) || isDeepStrictEqual(sent, current[name])) {
          faults = faults.filter(({ field }) => !isWithin(field, path))
          delete fields[name]
          continue
        }
        const kept = keptPaths(value, usual, form, path)
        faults = faults.filter(({ field }) => !kept.some((part) => isWithin(field, part)))
        // A list that only lost items may still be too long.
        const isWhole = kept[0] === path || (Array.isArray(value) && kept.length === value.length)
        if (value !== given && isWhole) {
          faults = faults.filter(({ field }) => !isWithin(field, path))
          fields[name] = value
        }
      }
    }
    errors.push(...faults)
    for (const { section, name } of patch.partial) {
      const fields = changes[section]
      if (!fields || !(name in fields)) continue
      const merged = mergePatch(memberOf(document[section], name), fields[name])
      fields[name] = merged
      const usual = memberOf(memberOf(normalized, section), name)
      const kept = keptPaths(merged, usual, forms[section]?.[name], `${section}.${name}`)
      for (const fault of wholeSections.get(section)?.({ [name]: merged }) ?? []) {
        const field = `${section}.${fault.field}`
        if (kept.some((part) => isWithin(field, part))) continue
        if (!errors.some((known) => known.field === field)) errors.push({ ...fault, field })
      }
    }
    return { changes, errors }
  }

  return { read, settle, forms }
}

function sentField({ sent }: ReadPatch, section: string, name: string): unknown {
  return memberOf(memberOf(sent, section), name)
}

function isPartial(schema: JsonSchema, value: unknown): boolean {
  const members = schema.properties
  if (!members || !isRecord(value)) return false
  return Object.entries(members).some(
    ([name, member]) => !(name in value) || value[name] === null || isPartial(member, value[name]),
  )
}

/** RFC 7396, section 2. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged = new Map(Object.entries(isRecord(target) ? target : {}))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  return Object.fromEntries(merged)
}

function isWithin(field: string, path: string): boolean {
  return field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`)
}
