import type { ProfileType } from '@upm/client'
import { accountFields } from '../../fields/account-fields.ts'
import { fieldsOf, type FieldSchema } from '../../fields/field-schema.ts'
import { fieldPath } from './draft.ts'

/** The fields that the form has, by their paths. Pure. */
export function shownFields(types: readonly ProfileType[]): ReadonlyMap<string, FieldSchema> {
  const sections = [
    { section: 'user', fields: accountFields },
    ...types.map((type) => ({ section: type.section, fields: fieldsOf(type) })),
  ]
  return new Map(
    sections.flatMap(({ section, fields }) =>
      fields.map(({ name, schema }) => [fieldPath(section, name), schema] as const),
    ),
  )
}
