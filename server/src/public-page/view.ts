/** All that the public page of somebody shows, in words. Pure. */
import type { Language } from '../errors.ts'
import type { Labels } from '../http/schemas.ts'
import type { PublicProfile } from '../directory/present.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { presentSection, type Presentation, type Words } from './presentation.ts'
import { texts } from './texts.ts'

export type Section = {
  type: ProfileType
  label: string
  values: Fields
  shown: Presentation
  isEmpty: boolean
}

export type View = {
  profile: PublicProfile
  language: Language
  /** What stands in its place, where there is none. */
  name: string
  /** The name, and the line that says who it is. */
  title: string
  /** That of the active type comes first. */
  sections: readonly Section[]
}

export type Catalogue = { types: ProfileTypes; subjects: ReadonlyMap<string, Labels> }

export function viewOf(profile: PublicProfile, language: Language, { types, subjects }: Catalogue): View {
  const { yes, no, noName } = texts[language]
  const words: Words = { language, subjects, yes, no }
  const isActive = ({ name }: ProfileType) => Number(name === profile.profile_type)
  const sections = types.all
    .toSorted((one, other) => isActive(other) - isActive(one))
    .flatMap((type) => {
      const values = profile[type.section]
      if (!values) return []
      const shown = presentSection(type, values, words)
      return [{ type, label: type.labels[language], values, shown, isEmpty: isEmpty(shown) }]
    })
  const name = `${profile.first_name} ${profile.last_name}`.trim() || noName
  const lead = sections[0]?.shown.lead
  return { profile, language, name, title: lead === undefined ? name : `${name} – ${lead}`, sections }
}

function isEmpty({ lead, price, chips, facts, texts: long, groups }: Presentation): boolean {
  return (
    lead === undefined &&
    price === undefined &&
    chips.length + facts.length + long.length + groups.length === 0
  )
}
