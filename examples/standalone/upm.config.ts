/** What a server of your own declares. Run "npx upm serve" in the folder of this file. */
import {
  choiceField,
  defineAction,
  defineConfig,
  defineProfileType,
  listField,
  textField,
  type Options,
} from '@upm/server'
import { Type } from 'typebox'

const formats: Options = {
  online: { uk: 'Онлайн', en: 'Online' },
  in_person: { uk: 'Очно', en: 'In person' },
  phone: { uk: 'Телефоном', en: 'By phone' },
}

const psychologist = defineProfileType({
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
    session_formats: listField(Type.Enum(['online', 'in_person', 'phone']), 3, 'choices', {
      labels: { uk: 'Формат сесій', en: 'Session formats' },
      options: formats,
    }),
  },
  publicFields: ['headline', 'bio', 'subjects', 'approach', 'qualification', 'session_formats'],
  searchableFields: ['headline', 'bio', 'approach'],
  addableBy: ['psychologist', 'tutor'],
  // Version 1 had one format, not a list of them.
  version: 2,
  upgrade: ({ session_format: format, ...rest }) => ({
    ...rest,
    session_formats: typeof format === 'string' ? [format] : [],
  }),
})

const sessionBooked = defineAction({
  code: 'session.booked',
  description: 'A client booked a session.',
  entityType: 'session',
  labels: { uk: 'Заброньовано сесію', en: 'Session booked' },
  metadata: Type.Object({ at: Type.String() }),
  example: { at: '2026-11-22T10:00:00Z' },
  external: true,
})

export default defineConfig({
  profileTypes: [psychologist],
  subjects: [
    { slug: 'grief', labels: { uk: 'Втрата', en: 'Grief' }, popular: true },
    { slug: 'anxiety', labels: { uk: 'Тривога', en: 'Anxiety' } },
  ],
  actions: [sessionBooked],
  roles: { psychologist: 'psychologist', client: 'student', administrator: 'student' },
  uiLanguages: ['uk', 'en'],
})
