/** What a newcomer is asked, in at most three short steps, by what their profile type says. Pure. */
import type { ProfileType } from '@upm/client'
import { hasValue } from '../../fields/field-schema.ts'
import type { Labels } from '../../i18n/labels.ts'
import { groupsOf } from './declaration.ts'
import { fieldPath, type Sections } from './draft.ts'
import type { PathField } from './sections.ts'

export type NewcomerStep =
  | { kind: 'photo' }
  | { kind: 'fields'; title: Labels | undefined; fields: readonly PathField[] }
  | { kind: 'preview' }

/** Three questions on a screen are few, and seven would be a form. */
const MOST_FIELDS = 3

/**
 * The photo, then the fields that the profile needs, then those that count most and are asked with them; at the end the
 * preview. Long texts can wait.
 */
export function newcomerSteps(type: ProfileType | undefined): NewcomerStep[] {
  const steps: NewcomerStep[] = [{ kind: 'photo' }]
  if (type) {
    const left = askedFields(type)
    const first = left.filter(({ isRequired }) => isRequired)
    for (const fields of [takeFrom(left, first.length > 0 ? first : undefined), takeFrom(left)]) {
      if (fields.length > 0) steps.push({ kind: 'fields', title: titleOf(type, fields), fields })
    }
  }
  return [...steps, { kind: 'preview' }]
}

/** Fields that are asked together in the form are so here, under the same title. */
function titleOf(type: ProfileType, fields: readonly Asked[]): Labels | undefined {
  const [first] = fields
  if (!first || fields.some(({ group }) => group !== first.group)) return undefined
  return type.groups.find(({ name }) => name === first.group)?.labels
}

type Asked = PathField & { group: string; weight: number; isRequired: boolean; order: number }

/** The short fields that count, those that count most first. */
function askedFields(type: ProfileType): Asked[] {
  const weights = new Map(type.completeness.map(({ field, weight }) => [field, weight]))
  return groupsOf(type)
    .flatMap(({ name: group, fields }) => fields.map((field) => ({ group, field })))
    .map(({ group, field }, order) => ({
      group,
      field,
      order,
      section: type.section,
      path: fieldPath(type.section, field.name),
      weight: weights.get(field.name) ?? 0,
      isRequired: type.required.includes(field.name),
    }))
    .filter(
      ({ field, weight, isRequired }) => isRequired || (weight > 0 && field.schema['x-widget'] !== 'text'),
    )
    .sort((one, other) => other.weight - one.weight || one.order - other.order)
}

/** Takes the best fields out of what is left, in the order of the form: of those given, else of the group that counts most. */
function takeFrom(left: Asked[], given?: readonly Asked[]): Asked[] {
  const taken = (given ?? bestGroup(left)).slice(0, MOST_FIELDS)
  for (const field of taken) left.splice(left.indexOf(field), 1)
  return taken.sort((one, other) => one.order - other.order)
}

function bestGroup(left: readonly Asked[]): readonly Asked[] {
  const sum = (fields: readonly Asked[]) => fields.reduce((total, { weight }) => total + weight, 0)
  const groups = [...Map.groupBy(left, ({ group }) => group).values()]
  return groups.sort((one, other) => sum(other) - sum(one))[0] ?? []
}

/** Whether nobody has ever filled in anything: no photo, nothing in any section, nothing shown to others. */
export function isUntouched(document: Sections, types: readonly ProfileType[]): boolean {
  const settings = document['settings'] as { privacy_public_profile?: boolean } | undefined
  return (
    document['avatar'] === null &&
    settings?.privacy_public_profile !== true &&
    types.every((type) =>
      groupsOf(type).every(({ fields }) =>
        fields.every(({ name, schema }) => {
          const value = (document[type.section] as Record<string, unknown> | null)?.[name]
          // A flag that is off, or a choice that was made for everybody, is nothing that somebody has filled in.
          return (
            !hasValue(value) || value === false || JSON.stringify(value) === JSON.stringify(schema.default)
          )
        }),
      ),
    )
  )
}
