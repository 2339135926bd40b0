/** What a public profile has to show, drawn from the types alone. Pure. */
import type { AnySections, ProfileType, PublicProfile } from '@upm/client'
import { fieldsOf, hasValue, type FilledField } from '../../fields/field-schema.ts'

export type Person = PublicProfile<AnySections>

export type ShownSection = {
  type: ProfileType
  /** The line that a type begins with, where it does: who somebody is, in a few words. It needs no label. */
  lead: string | undefined
  /** What else is filled in, in the order of the form. */
  fields: FilledField[]
}

/** The sections that somebody holds, the active one first, with what is filled in. */
export function shownSections(person: Person, types: readonly ProfileType[]): ShownSection[] {
  const isActive = ({ name }: ProfileType) => Number(name === person.profile_type)
  return types
    .filter(({ section }) => person[section] !== null && person[section] !== undefined)
    .sort((one, other) => isActive(other) - isActive(one))
    .map((type) => shownSection(type, person[type.section] ?? {}))
}

function shownSection(type: ProfileType, values: Record<string, unknown>): ShownSection {
  const [first, ...others] = fieldsOf(type).map((field) => ({ ...field, value: values[field.name] }))
  const filled = (fields: FilledField[]) => fields.filter(({ value }) => hasValue(value))
  const beginsWithLine = first?.schema['x-widget'] === 'line'
  if (!beginsWithLine) return { type, lead: undefined, fields: filled(first ? [first, ...others] : []) }
  return { type, lead: hasValue(first.value) ? String(first.value) : undefined, fields: filled(others) }
}

/** The number of an address such as `/people/42`; undefined for what can be nobody's. */
export function personId(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

export function fullName({ first_name, last_name }: Pick<Person, 'first_name' | 'last_name'>): string {
  return `${first_name} ${last_name}`.trim()
}
