import { isDeepStrictEqual } from 'node:util'
import type { FieldError } from '../errors.ts'
import { normalizeText } from '../http/normalize.ts'
import type { JsonSchema, Validate, Validator } from '../http/validation.ts'
import type { ProfileDocument } from './present.ts'
import type { ProfileTypes } from './profile-types.ts'
import type { Fields } from './profile-type.ts'
import type { SectionChanges } from './queries.ts'
import { READ_ONLY, type DocumentSchemas } from './schema.ts'

/** A patch as sent, read and judged as far as that is possible without the stored document. */
export type ReadPatch = {
  changes: SectionChanges
  errors: FieldError[]
  /** Read-only members and what the sender says they are, by path. */
  claims: { field: string; path: string[]; value: unknown }[]
  /** Sections that were sent as null. */
  nulls: string[]
  /** Fields whose value is an object of which only some members were sent: they are merged with the stored ones. */
  partial: { section: string; name: string }[]
}

export type PatchReader = {
  read: (body: unknown) => ReadPatch
  /**
   * Settles against the stored document what `read` could not: returns what to write, or the faults, all of them.
   * A value that stays as it is never is a fault, also where an old database holds what today's rules refuse.
   */
  settle: (patch: ReadPatch, stored: ProfileDocument) => { changes: SectionChanges; errors: FieldError[] }
}

/** Whether a patch can only be judged next to the stored document. */
export function needsDocument({ errors, claims, nulls, partial }: ReadPatch): boolean {
  return errors.length > 0 || claims.length > 0 || nulls.length > 0 || partial.length > 0
}

export function createPatchReader(
  types: ProfileTypes,
  schemas: DocumentSchemas,
  validator: Validator,
): PatchReader {
  const schema = schemas.documentPatch
  const validate = validator.body(schema)
  const wholeSections = new Map<string, Validate>(
    types.all.map((type) => [
      type.section,
      validator.body({ type: 'object', properties: type.fields as Record<string, JsonSchema> }),
    ]),
  )

  function read(raw: unknown): ReadPatch {
    const body = normalizeText(schema, raw)
    const patch: ReadPatch = { changes: {}, errors: validate(body), claims: [], nulls: [], partial: [] }
    if (!isObject(body)) return patch
    for (const name of READ_ONLY.document) {
      if (name in body) patch.claims.push({ field: name, path: [name], value: body[name] })
    }
    for (const section of ['user', 'settings', ...types.bySection.keys()]) {
      const fields = body[section]
      if (fields === null) patch.nulls.push(section)
      if (!isObject(fields)) continue
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
        const declared = types.bySection.get(section)?.fields[name] as JsonSchema | undefined
        if (declared && isPartial(declared, value)) patch.partial.push({ section, name })
      }
    }
    return patch
  }

  function settle(patch: ReadPatch, stored: ProfileDocument) {
    const document = stored as unknown as Record<string, unknown>
    // What was sent has been normalized, what is stored may be older than that.
    const normalized = normalizeText(schema, document) as Record<string, unknown>
    const changes = Object.fromEntries(
      Object.entries(patch.changes).map(([section, fields]) => [section, { ...fields }]),
    )
    const errors: FieldError[] = []
    let faults = patch.errors
    for (const { field, path, value } of patch.claims) {
      const current = path.reduce<unknown>((whole, name) => (whole as Fields)[name], document)
      if (!isDeepStrictEqual(value, current)) errors.push({ field, code: 'read_only' })
    }
    for (const section of patch.nulls) {
      faults = faults.filter(({ field }) => field !== section)
      if (document[section] !== null) errors.push({ field: section, code: 'not_nullable' })
    }
    for (const [section, fields] of Object.entries(changes)) {
      const current = document[section]
      if (!isObject(current)) {
        // Whatever else is wrong in it, there is no such section to put it into.
        faults = faults.filter(({ field }) => field !== section && !isWithin(field, section))
        errors.push({ field: section, code: 'not_applicable' })
        delete changes[section]
        continue
      }
      for (const [name, value] of Object.entries(fields)) {
        const same = [current[name], (normalized[section] as Fields)[name]]
        if (name in current && same.some((one) => isDeepStrictEqual(value, one))) {
          faults = faults.filter(({ field }) => !isWithin(field, `${section}.${name}`))
          delete fields[name]
        }
      }
    }
    errors.push(...faults)
    for (const { section, name } of patch.partial) {
      const fields = changes[section]
      if (!fields || !(name in fields)) continue
      const merged = mergePatch((document[section] as Fields)[name], fields[name])
      fields[name] = merged
      for (const fault of wholeSections.get(section)?.({ [name]: merged }) ?? []) {
        const field = `${section}.${fault.field}`
        if (!errors.some((known) => known.field === field)) errors.push({ ...fault, field })
      }
    }
    return { changes, errors }
  }

  return { read, settle }
}

function isPartial(schema: JsonSchema, value: unknown): boolean {
  const members = schema['properties']
  if (!isObject(members) || !isObject(value)) return false
  return Object.entries(members).some(
    ([name, member]) =>
      !(name in value) || value[name] === null || isPartial(member as JsonSchema, value[name]),
  )
}

/** RFC 7396, section 2. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  return Object.fromEntries(merged)
}

function isWithin(field: string, path: string): boolean {
  return field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
