/** The parts of the editor: who somebody is, then the groups of each profile type that they hold. Pure. */
import type { ProfileType } from '@upm/client'
import { accountFields } from '../../fields/account-fields.ts'
import { hasValue, type Field } from '../../fields/field-schema.ts'
import type { Labels } from '../../i18n/labels.ts'
import { PHOTO, type Step } from './completeness.ts'
import { groupsOf } from './declaration.ts'
import { fieldPath, storedAt, type Sections } from './draft.ts'

export type PathField = { path: string; section: string; field: Field }

export type EditorSection = {
  id: string
  /** `identity`: the photo and the names. */
  title: Labels | 'identity'
  /** The type, where the account holds several: sections of two types may have the same title. */
  typeLabels: Labels | undefined
  fields: PathField[]
}

export const IDENTITY = 'identity'

export function editorSections(types: readonly ProfileType[]): EditorSection[] {
  const identity: EditorSection = {
    id: IDENTITY,
    title: IDENTITY,
    typeLabels: undefined,
    fields: pathFields('user', accountFields),
  }
  return [
    identity,
    ...types.flatMap((type) =>
      groupsOf(type).map((group): EditorSection => ({
        id: `${type.section}.${group.name}`,
        title: group.labels,
        typeLabels: types.length > 1 ? type.labels : undefined,
        fields: pathFields(type.section, group.fields),
      })),
    ),
  ]
}

function pathFields(section: string, fields: readonly Field[]): PathField[] {
  return fields.map((field) => ({ path: fieldPath(section, field.name), section, field }))
}

/** The section that a field, or the photo, stands in; `path` may lead into the field: `tutor_profile.hourly_rate.amount`. */
export function sectionOf(sections: readonly EditorSection[], path: string): EditorSection | undefined {
  if (path === PHOTO) return sections.find(({ id }) => id === IDENTITY)
  return sections.find(({ fields }) => fields.some((field) => isWithin(path, field.path)))
}

/** Whether a path is this one or within it: `tutor_profile.subjects[2]` is within `tutor_profile.subjects`. */
export function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)
}

export type SectionState = {
  /** `missing`: the profile cannot be shown for want of something here. */
  mark: 'error' | 'missing' | 'partial' | 'ready'
  done: number
  all: number
}

/** How far a section is, by the steps that are done there; where none counts, by the fields that are filled in. */
export function sectionState(
  section: EditorSection,
  { steps, document, errors }: { steps: readonly Step[]; document: Sections; errors: readonly string[] },
): SectionState {
  const own = steps.filter(({ id }) => sectionOf([section], id) !== undefined)
  const done =
    own.length > 0
      ? own.map(({ isDone }) => isDone)
      : section.fields.map(({ path }) => hasValue(storedAt(document, path)))
  const counts = { done: done.filter(Boolean).length, all: done.length }
  if (errors.some((path) => sectionOf([section], path) !== undefined)) return { mark: 'error', ...counts }
  if (own.some(({ isMissing }) => isMissing)) return { mark: 'missing', ...counts }
  return { mark: counts.done === counts.all ? 'ready' : 'partial', ...counts }
}
