/** Which parts of an account everybody sees, and which nobody else does. Pure. */
import type { ProfileType } from '@upm/client'
import { accountFields } from '../../fields/account-fields.ts'
import { fieldsOf, type Field } from '../../fields/field-schema.ts'

export type SeenFields = { shown: Field[]; hidden: Field[] }

/** The fields of an account with these types; the names are shown always. */
export function seenFields(types: readonly ProfileType[]): SeenFields {
  const fields = types.flatMap(fieldsOf)
  // Two types may have the same field: it is named once.
  const named = (some: readonly Field[]) => [...new Map(some.map((field) => [field.name, field])).values()]
  return {
    shown: named([...accountFields, ...fields.filter(({ schema }) => schema['x-public'])]),
    hidden: named(fields.filter(({ schema }) => !schema['x-public'])),
  }
}
