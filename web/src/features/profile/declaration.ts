/** What a profile type says of its form: which fields are asked together. Pure. */
import type { ProfileType } from '@upm/client'
import { fieldsOf, type Field } from '../../fields/field-schema.ts'

type Group = Omit<ProfileType['groups'][number], 'fields'> & { fields: Field[] }

/** The groups of a type, with the fields that they name. */
export function groupsOf(type: ProfileType): Group[] {
  const fields = new Map(fieldsOf(type).map((field) => [field.name, field]))
  return type.groups.map((group) => ({
    ...group,
    fields: group.fields.flatMap((name) => fields.get(name) ?? []),
  }))
}
