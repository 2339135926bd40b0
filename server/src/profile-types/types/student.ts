import { nullable } from '../../http/schemas.ts'
import { lineField, textField } from '../fields.ts'
import { defineProfileType } from '../profile-type.ts'

export const student = defineProfileType({
  name: 'student',
  labels: { uk: 'Учень / учениця', en: 'Student' },
  addLabels: { uk: 'Я також навчаюся', en: 'I also learn' },
  commonFields: {
    headline: {
      hints: { uk: 'Що й навіщо ви хочете вивчити', en: 'What you want to learn, and why' },
      example: { uk: 'Хочу розібратися у фізиці', en: 'I want to understand physics' },
    },
    bio: {
      hints: {
        uk: 'Чим ви захоплюєтеся і як вам зручно вчитися',
        en: 'What you enjoy, and how you like to learn',
      },
    },
  },
  fields: {
    grade: nullable({
      ...lineField(50, {
        labels: { uk: 'Клас або курс', en: 'Grade' },
        example: { uk: '9 клас', en: 'Year 9' },
      }),
      default: null,
    }),
    learning_goals: textField(2000, {
      labels: { uk: 'Навчальні цілі', en: 'Learning goals' },
      example: { uk: 'Скласти НМТ з математики на 180+', en: 'Pass the entrance exam in maths' },
    }),
  },
  publicFields: ['headline', 'bio', 'subjects'],
  searchableFields: ['headline', 'bio', 'subjects'],
  required: ['headline'],
  completeness: { subjects: 30, learning_goals: 25, grade: 15, headline: 15, photo: 10, bio: 5 },
  groups: [
    {
      name: 'learning',
      labels: { uk: 'Що вивчаєте', en: 'What you learn' },
      fields: ['subjects', 'learning_goals', 'grade'],
    },
    { name: 'about', labels: { uk: 'Коротко про вас', en: 'About you' }, fields: ['headline', 'bio'] },
  ],
  example: {
    headline: 'I want to understand physics',
    bio: 'I play chess and build robots.',
    subjects: ['physics', 'mathematics'],
    grade: '9',
    learning_goals: 'To pass the entrance exam of a technical school.',
  },
})
