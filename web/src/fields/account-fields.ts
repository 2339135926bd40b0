import type { Field } from './field-schema.ts'

/** The fields of the user that can be edited, in the words that types describe theirs with. */
export const accountFields: readonly Field[] = [
  {
    name: 'first_name',
    schema: { type: 'string', 'x-widget': 'line', 'x-labels': { uk: 'Ім’я', en: 'First name' } },
  },
  {
    name: 'last_name',
    schema: { type: 'string', 'x-widget': 'line', 'x-labels': { uk: 'Прізвище', en: 'Last name' } },
  },
]
