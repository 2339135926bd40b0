/** A profession of the marketplace. The form, the validation, the log and the API follow from this declaration. */
import { choiceField, defineProfileType, integerField, textField } from '@upm/server'

export const psychologist = defineProfileType({
  name: 'psychologist',
  labels: { uk: 'Психолог', en: 'Psychologist' },
  fields: {
    approach: textField(1000, { labels: { uk: 'Підхід', en: 'Approach' } }),
    qualification: choiceField({
      labels: { uk: 'Кваліфікація', en: 'Qualification' },
      options: {
        counsellor: { uk: 'Консультування', en: 'Counselling' },
        psychotherapist: { uk: 'Психотерапія', en: 'Psychotherapy' },
      },
    }),
    licence_year: integerField(1950, 2100, { labels: { uk: 'Рік ліцензії', en: 'Licensed since' } }),
  },
  publicFields: ['headline', 'bio', 'approach', 'qualification'],
  searchableFields: ['headline', 'bio', 'approach'],
})
