import { nullable } from '../../http/schemas.ts'
import { lineField, textField } from '../fields.ts'
import { defineProfileType } from '../profile-type.ts'

export const student = defineProfileType({
  name: 'student',
  labels: { uk: 'Учень', en: 'Student' },
  fields: {
    grade: nullable({
      ...lineField(50, {
        labels: { uk: 'Клас або курс', en: 'Grade' },
        hints: { uk: 'Наприклад: 9 клас', en: 'For example: year 9' },
      }),
      default: null,
    }),
    learning_goals: textField(2000, {
      labels: { uk: 'Навчальні цілі', en: 'Learning goals' },
    }),
  },
  publicFields: ['headline', 'bio', 'subjects'],
  searchableFields: ['headline', 'bio', 'subjects'],
  example: {
    headline: 'I want to understand physics',
    bio: 'I play chess and build robots.',
    subjects: ['physics', 'mathematics'],
    grade: '9',
    learning_goals: 'To pass the entrance exam of a technical school.',
  },
})
