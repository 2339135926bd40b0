import { Type } from 'typebox'
import { integerField, listField, objectField } from '../fields.ts'
import { choice } from '../../http/schemas.ts'
import { defineProfileType } from '../profile-type.ts'

export const tutor = defineProfileType({
  name: 'tutor',
  labels: { uk: 'Репетитор', en: 'Tutor' },
  fields: {
    languages: listField(Type.String({ format: 'language-tag', maxLength: 35 }), 20, 'languages', {
      labels: { uk: 'Мови викладання', en: 'Teaching languages' },
      hints: { uk: 'Наприклад: українська, англійська', en: 'For example: Ukrainian, English' },
      description: 'Languages of instruction as BCP 47 tags.',
    }),
    experience_years: integerField(0, 80, {
      labels: { uk: 'Досвід, років', en: 'Years of experience' },
    }),
    hourly_rate: objectField(
      {
        amount: Type.String({
          format: 'decimal-amount',
          maxLength: 15,
          description:
            'A decimal number ≥ 0, as text so that no digit is lost. At most 10 digits before the point and 4 after it.',
          'x-labels': { uk: 'Сума', en: 'Amount' },
        }),
        currency: Type.String({
          format: 'currency',
          maxLength: 3,
          description: 'An ISO 4217 code.',
          'x-labels': { uk: 'Валюта', en: 'Currency' },
        }),
      },
      'money',
      { labels: { uk: 'Ціна за годину', en: 'Hourly rate' } },
    ),
    lesson_formats: listField(choice(['online', 'in_person']), 2, 'choices', {
      labels: { uk: 'Формат занять', en: 'Lesson formats' },
      options: { online: { uk: 'Онлайн', en: 'Online' }, in_person: { uk: 'Очно', en: 'In person' } },
      description: 'How lessons are held.',
    }),
  },
  publicFields: [
    'headline',
    'bio',
    'subjects',
    'languages',
    'experience_years',
    'hourly_rate',
    'lesson_formats',
  ],
  searchableFields: ['headline', 'bio', 'subjects'],
  example: {
    headline: 'Mathematics without fear',
    bio: 'Ten years at school, five online.',
    subjects: ['mathematics', 'algebra'],
    languages: ['uk', 'en'],
    experience_years: 15,
    hourly_rate: { amount: '450.00', currency: 'UAH' },
    lesson_formats: ['online'],
  },
})
