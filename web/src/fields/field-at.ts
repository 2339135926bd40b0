import type { ProfileType } from '@upm/client'
import { accountFields } from './account-fields.ts'
import { fieldsOf, type Field } from './field-schema.ts'

/** The field that a path of the document leads to. */
export function fieldAt(types: readonly ProfileType[], path: string): Field | undefined {
  const [section, name] = path.split('.')
  const fields =
    section === 'user' ? accountFields : types.filter((type) => type.section === section).flatMap(fieldsOf)
  return fields.find((field) => field.name === name)
}
