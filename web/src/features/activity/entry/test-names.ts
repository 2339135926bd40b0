/** For tests: names in a language, of an account with two profile types. */
import type { ProfileType } from '@upm/client'
import i18next from 'i18next'
import type { Labels } from '../../../i18n/labels.ts'
import { zoneCity } from '../../../i18n/zones/zone-city.ts'
import { texts } from '../texts.ts'
import { createNames, type Names } from './names.ts'

type Language = 'uk' | 'en'

const field = (uk: string, en: string, more: object = {}) => ({ 'x-labels': { uk, en }, ...more })

const common = {
  headline: field('Одним реченням', 'Headline', { type: 'string', 'x-widget': 'line' }),
  bio: field('Про себе', 'About', { type: 'string', 'x-widget': 'text' }),
  subjects: field('Предмети', 'Subjects', { type: 'array', 'x-widget': 'subjects' }),
}

const form = { version: 1, required: [], completeness: [], groups: [] }

const types: ProfileType[] = [
  {
    name: 'tutor',
    section: 'tutor_profile',
    labels: { uk: 'Репетитор', en: 'Tutor' },
    schema: {
      type: 'object',
      properties: {
        ...common,
        languages: field('Мови викладання', 'Teaching languages', { 'x-widget': 'languages' }),
        experience_years: field('Досвід викладання', 'Years of experience', { type: ['integer', 'null'] }),
        hourly_rate: field('Ціна за годину', 'Hourly rate', { 'x-widget': 'money' }),
        lesson_formats: field('Формат занять', 'Lesson formats', {
          'x-widget': 'choices',
          'x-options': {
            online: { uk: 'Онлайн', en: 'Online' },
            in_person: { uk: 'Наживо', en: 'In person' },
          },
        }),
      },
    },
    ...form,
  },
  {
    name: 'student',
    section: 'student_profile',
    labels: { uk: 'Учень', en: 'Student' },
    schema: { type: 'object', properties: common },
    ...form,
  },
]

const subjects = new Map<string, Labels>([
  ['algebra', { uk: 'Алгебра', en: 'Algebra' }],
  ['physics', { uk: 'Фізика', en: 'Physics' }],
])

const i18n = i18next.createInstance()
await i18n.init({
  resources: { uk: { activity: texts.uk }, en: { activity: texts.en } },
  lng: 'uk',
  fallbackLng: false,
  interpolation: { escapeValue: false },
})

export function testNames(language: Language): Names {
  return createNames({
    t: i18n.getFixedT(language, 'activity'),
    words: {
      language,
      label: (labels) => labels[language],
      subjects,
      yes: language === 'uk' ? 'Так' : 'Yes',
      no: language === 'uk' ? 'Ні' : 'No',
    },
    types,
    city: (zone) => zoneCity(zone, language).city,
    actionLabels: {
      'lesson.moved': { uk: 'Заняття перенесено: {subject}', en: 'Lesson moved: {subject}' },
    },
  })
}
