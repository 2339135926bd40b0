/** What `upm mock --types` loads in its test. */
import { defineProfileType, lineField } from '../src/index.ts'

export const profileTypes = [
  defineProfileType({
    name: 'psychologist',
    labels: { uk: 'Психолог', en: 'Psychologist' },
    fields: { approach: lineField(80, { labels: { uk: 'Підхід', en: 'Approach' } }) },
    publicFields: ['headline'],
    searchableFields: ['headline'],
  }),
]
