import { Type } from 'typebox'
import { integerField, listField, objectField } from '../fields.ts'
import { choice } from '../../http/schemas.ts'
import { defineProfileType } from '../profile-type.ts'

export const tutor = defineProfileType({
  name: 'tutor',
  labels: { uk: 'Репетитор', en: 'Tutor' },
  addLabels: { uk: 'Я також викладаю', en: 'I also teach' },
  commonFields: {
    headline: {
      hints: { uk: 'Кому й з чим ви допомагаєте', en: 'Whom you help, and with what' },
      example: {
        uk: 'Готую до НМТ з математики, навіть з нуля',
        en: 'Exam maths made clear, even from scratch',
      },
    },
    bio: {
      hints: {
        uk: 'Ваш досвід, як проходить заняття, результати учнів, що буде на першому занятті',
        en: 'Your experience, how a lesson goes, what students achieve, what to expect at first',
      },
    },
  },
  fields: {
    languages: listField(Type.String({ format: 'language-tag', maxLength: 35 }), 20, 'languages', {
      labels: { uk: 'Мови викладання', en: 'Teaching languages' },
      example: { uk: 'українська, англійська', en: 'Ukrainian, English' },
      description: 'Languages of instruction as BCP 47 tags.',
    }),
    experience_years: integerField(0, 80, {
      labels: { uk: 'Досвід викладання', en: 'Teaching experience' },
      example: { uk: '5', en: '5' },
      suffix: { uk: 'років', en: 'years' },
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
      {
        labels: { uk: 'Ціна за годину', en: 'Hourly rate' },
        example: { uk: '450', en: '450' },
        suffix: { uk: 'за годину', en: 'per hour' },
      },
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
  required: ['photo', 'headline', 'subjects'],
  completeness: {
    photo: 20,
    headline: 15,
    bio: { weight: 20, from: 300 },
    subjects: 15,
    hourly_rate: 10,
    languages: 10,
    lesson_formats: 5,
    experience_years: 5,
  },
  groups: [
    { name: 'about', labels: { uk: 'Коротко про вас', en: 'About you' }, fields: ['headline', 'bio'] },
    {
      name: 'subjects',
      labels: { uk: 'Що викладаєте', en: 'What you teach' },
      fields: ['subjects', 'languages'],
    },
    {
      name: 'terms',
      labels: { uk: 'Умови', en: 'Terms' },
      fields: ['hourly_rate', 'experience_years', 'lesson_formats'],
    },
  ],
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
