/** What strangers would look for in a profile and not find yet. Pure. */
import type { ProfileType } from '@upm/client'
import { fieldsOf, type Field } from '../../fields/field-schema.ts'
import { accountFields } from '../../fields/account-fields.ts'
import { fieldPath, storedAt, type Sections } from './draft.ts'

export type Step = {
  /** The id of the element that it is done at: a field's path, or `photo`. */
  id: string
  field: Field | null
  isDone: boolean
}

/** The photo, the names, and the fields of the active type that others see. */
export function stepsOf(document: Sections, type: ProfileType | undefined): Step[] {
  const step = (section: string, field: Field): Step => {
    const id = fieldPath(section, field.name)
    return { id, field, isDone: !isEmpty(storedAt(document, id)) }
  }
  return [
    { id: 'photo', field: null, isDone: document['avatar'] !== null },
    ...accountFields.map((field) => step('user', field)),
    ...(type ? fieldsOf(type).filter(({ schema }) => schema['x-public']) : []).map((field) =>
      step(type?.section ?? '', field),
    ),
  ]
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}
