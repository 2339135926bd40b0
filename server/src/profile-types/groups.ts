import type { Labels } from '../http/schemas.ts'

/** A part of the form with a title of its own. */
export type FieldGroup = {
  /** Lower-case letters, digits and underscores; unique in the type. */
  name: string
  labels: Labels
  /** The fields of the group, in the order of the form. */
  fields: readonly string[]
}

const ALL: Omit<FieldGroup, 'fields'> = { name: 'about', labels: { uk: 'Про вас', en: 'About you' } }
const REST: Omit<FieldGroup, 'fields'> = { name: 'other', labels: { uk: 'Інше', en: 'Other' } }

/**
 * The groups of a form. Each field is in exactly one: a declaration without groups has one of all fields, and fields that
 * no group names come last, in the group `other`.
 *
 * @throws TypeError if a group has a faulty name or no field, or names a field that does not exist or is in another group.
 */
export function groupsOf(
  fields: readonly string[],
  declared: readonly FieldGroup[] | undefined,
): readonly FieldGroup[] {
  if (declared === undefined) return [{ ...ALL, fields }]
  const groupOf = new Map<string, string>()
  const names = new Set<string>()
  for (const { name, fields: members } of declared) {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new TypeError(`the group "${name}" has no snake_case name`)
    if (names.has(name)) throw new TypeError(`two groups have the name "${name}"`)
    names.add(name)
    if (members.length === 0) throw new TypeError(`the group "${name}" has no fields`)
    for (const field of members) {
      if (!fields.includes(field))
        throw new TypeError(`the group "${name}" has the field "${field}", which is not declared`)
      const other = groupOf.get(field)
      if (other !== undefined)
        throw new TypeError(`the field "${field}" is in two groups: "${other}" and "${name}"`)
      groupOf.set(field, name)
    }
  }
  const rest = fields.filter((field) => !groupOf.has(field))
  if (rest.length === 0) return declared
  if (!names.has(REST.name)) return [...declared, { ...REST, fields: rest }]
  return declared.map((group) =>
    group.name === REST.name ? { ...group, fields: [...group.fields, ...rest] } : group,
  )
}
