/** How complete a profile is, by what its type says. The server counts in the same way (`GET /api/me/profile/visibility/`). Pure. */
import type { ProfileType } from '@upm/client'
import { accountFields } from '../../fields/account-fields.ts'
import { fieldsOf, type Field } from '../../fields/field-schema.ts'
import { countCharacters } from '../../fields/text.ts'
import { fieldPath, storedAt, type Sections } from './draft.ts'

/** Where a photo is chosen: the id of its button. */
export const PHOTO = 'photo'

/** The id of the element for a path of the document. */
export function idOf(path: string): string {
  return path === 'avatar' ? PHOTO : path
}

export type Step = {
  /** The id of the element that it is done at: a field's path, or `photo`. */
  id: string
  /** Null for the photo. */
  field: Field | null
  /** Of the whole; 0 for what is only required. */
  weight: number
  /** In percent of the whole, rounded. */
  percent: number
  /** The characters or items that it is done with. */
  from: number
  isRequired: boolean
  /** Whether it counts. */
  isDone: boolean
  /** Whether the profile cannot be shown for want of it. */
  isMissing: boolean
}

/** What a profile of the type is to have, in the order of its form; `document` may hold a draft. */
export function stepsOf(document: Sections, type: ProfileType): Step[] {
  const { required, completeness } = type
  const weights = new Map(completeness.map((weight) => [weight.field, weight]))
  const whole = [...weights.values()].reduce((sum, { weight }) => sum + weight, 0)
  const candidates = [
    { name: PHOTO, id: PHOTO, field: null },
    ...accountFields.map((field) => ({ name: field.name, id: fieldPath('user', field.name), field })),
    ...fieldsOf(type).map((field) => ({ name: field.name, id: fieldPath(type.section, field.name), field })),
  ]
  return candidates
    .filter(({ name }) => required.includes(name) || weights.has(name))
    .map(({ name, id, field }) => {
      const { weight = 0, from = 1 } = weights.get(name) ?? {}
      const size = sizeOf(field === null ? document['avatar'] : storedAt(document, id))
      const isRequired = required.includes(name)
      return {
        id,
        field,
        weight,
        percent: whole === 0 ? 0 : Math.round((100 * weight) / whole),
        from,
        isRequired,
        isDone: size >= from,
        isMissing: isRequired && size === 0,
      }
    })
}

/** In whole percent; 100 only when all is done, and where nothing counts. */
export function percentOf(steps: readonly Step[]): number {
  const sum = (some: readonly Step[]) => some.reduce((total, { weight }) => total + weight, 0)
  const whole = sum(steps)
  return whole === 0 ? 100 : Math.floor((100 * sum(steps.filter(({ isDone }) => isDone))) / whole)
}

/** What is to be done next: what is required first, then what counts most. */
export function nextStep(steps: readonly Step[]): Step | undefined {
  return steps
    .filter(({ isDone }) => !isDone)
    .sort((one, other) => Number(other.isMissing) - Number(one.isMissing) || other.weight - one.weight)[0]
}

/** Whether others see the profile: its owner wants it, and it has what it needs. */
export function isShown(document: Sections, steps: readonly Step[]): boolean {
  const { privacy_public_profile } = document['settings'] as { privacy_public_profile: boolean }
  return privacy_public_profile && !steps.some(({ isMissing }) => isMissing)
}

/** How much there is of a value: characters of a text, items of a list, else 1; 0 where there is none. */
export function sizeOf(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (typeof value === 'string') return countCharacters(value)
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'object') return 1
  return Object.values(value).some((member) => sizeOf(member) > 0) ? 1 : 0
}
