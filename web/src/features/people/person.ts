/** What a public profile has to show, drawn from the types alone. Pure. */
import type { AnySections, ProfileType, PublicProfile } from '@upm/client'
import { presentSection, type Presentation } from '../../fields/presentation.ts'
import type { Words } from '../../fields/value-text.ts'

export type Person = PublicProfile<AnySections>

export type ShownSection = {
  type: ProfileType
  shown: Presentation
  /** Whether nothing of it is filled in. */
  isEmpty: boolean
}

/** The sections that somebody holds, the active one first, with what is filled in. */
export function shownSections(person: Person, types: readonly ProfileType[], words: Words): ShownSection[] {
  const isActive = ({ name }: ProfileType) => Number(name === person.profile_type)
  return types
    .filter(({ section }) => person[section] !== null && person[section] !== undefined)
    .sort((one, other) => isActive(other) - isActive(one))
    .map((type) => {
      const shown = presentSection(type, person[type.section] ?? {}, words)
      return { type, shown, isEmpty: Object.values(shown).every(isNothing) }
    })
}

const isNothing = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0)

/** What the page of somebody is called, without the brand: `Олена Коваль – Математика без страху`. */
export function titleOf(name: string, lead: string | undefined): string {
  return lead === undefined ? name : `${name} – ${lead}`
}

/** The number of an address such as `/people/42`; undefined for what can be nobody's. */
export function personId(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

export function fullName({ first_name, last_name }: Pick<Person, 'first_name' | 'last_name'>): string {
  return `${first_name} ${last_name}`.trim()
}
