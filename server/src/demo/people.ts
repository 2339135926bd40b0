/** The people of the demo. Person n is the same one in every database, however many others there are. */
import type { Fields } from '../profile-types/profile-type.ts'
import type { Settings } from '../document/settings.ts'
import { international, transliterate, ukrainian, type Origin } from './names.ts'
import { chance, createRandom, pick, PURPOSE, whole, type Random } from './random.ts'
import { areas, grade, learningGoals, studentBio, tutorBio, type Area } from './texts.ts'
import { isDeepStrictEqual } from 'node:util'

/** A domain that nobody can own (RFC 2606): no mail to a demo account reaches anybody. */
export const EMAIL_DOMAIN = 'demo.example.com'
export const SUBJECT_PREFIX = 'demo-'

export type DemoPerson = {
  index: number
  email: string
  /** The subject of the tokens that open the account. */
  subject: string
  firstName: string
  lastName: string
  female: boolean
  role: 'tutor' | 'student'
  isSelfLearning: boolean
  /** The profiles that the person holds, whole, by section. */
  sections: Record<string, Fields>
  settings: Settings
  /** Changes that the person makes now and then and takes back soon. Each differs from what is there. */
  whims: { section: string; fields: Fields }[]
}

export type PeopleOptions = {
  uiLanguages: readonly string[]
  /** The settings of a new account. */
  newSettings: Settings
  /** Who has a photo. A tutor without one cannot be public. Default: everybody. */
  hasPhoto?: (index: number) => boolean
}

export function createPerson(index: number, options: PeopleOptions): DemoPerson {
  const random = createRandom(PURPOSE.person, index)
  const origin = [2, 5, 8].includes(index % 10) ? pick(random, international) : ukrainian
  const female = chance(random, 0.5)
  const firstName = pick(random, female ? origin.female : origin.male)
  const family = pick(random, origin.family)
  const lastName = typeof family === 'string' ? family : family[female ? 1 : 0]
  const local = `${transliterate(firstName)}.${transliterate(lastName)}.${index + 1}`
  const role = [0, 1, 3].includes(index % 5) ? 'tutor' : 'student'
  const learnsToo = index % 10 === 3
  const mayBePublic = role === 'student' || options.hasPhoto?.(index) !== false
  const settings = createSettings(random, origin, { role, mayBePublic }, options)
  const { sections, whims } = createDocuments(index, origin, role, learnsToo)
  return {
    index,
    email: `${local}@${EMAIL_DOMAIN}`,
    subject: `${SUBJECT_PREFIX}${local}`,
    firstName,
    lastName,
    female,
    role,
    isSelfLearning: learnsToo || (role === 'student' && chance(random, 0.3)),
    sections,
    settings,
    whims: [
      ...whims,
      {
        section: 'settings',
        fields: { timezone: settings.timezone === 'Europe/Kyiv' ? 'Europe/Prague' : 'Europe/Kyiv' },
      },
      { section: 'settings', fields: { notifications_enabled: !settings.notifications_enabled } },
    ],
  }
}

/** The number of the person that an e-mail of the demo belongs to, from 0; undefined when it is none. */
export function indexOfEmail(email: string): number | undefined {
  const number = /\.([1-9]\d{0,8})@/.exec(email)?.[1]
  return number === undefined ? undefined : Number(number) - 1
}

function createSettings(
  random: Random,
  origin: Origin,
  { role, mayBePublic }: { role: string; mayBePublic: boolean },
  { uiLanguages, newSettings }: PeopleOptions,
): Settings {
  const settings: Settings = {
    timezone: pick(random, origin.timezones),
    ui_language: uiLanguages.includes(origin.language) ? origin.language : newSettings.ui_language,
    notifications_enabled: chance(random, 0.85),
    privacy_public_profile: chance(random, role === 'tutor' ? 0.6 : 0.15) && mayBePublic,
  }
  // Everybody's log tells of a change of settings: who would keep them all is one who wants no mail.
  if (isDeepStrictEqual(settings, newSettings))
    settings.notifications_enabled = !settings.notifications_enabled
  return settings
}

function createDocuments(index: number, origin: Origin, role: 'tutor' | 'student', learnsToo: boolean) {
  const random = createRandom(PURPOSE.texts, index)
  const sections: DemoPerson['sections'] = {}
  const whims: DemoPerson['whims'] = []
  const add = (section: string, [fields, ...changes]: [Fields, ...Fields[]]) => {
    sections[section] = fields
    for (const change of changes) whims.push({ section, fields: change })
  }
  if (role === 'tutor') add('tutor_profile', tutorFields(random, origin, pick(random, areas)))
  if (role === 'student' || learnsToo)
    add('student_profile', studentFields(random, origin, pick(random, areas), learnsToo))
  return { sections, whims }
}

/** The fields, and changes to them. */
function tutorFields(random: Random, { language, speaks, rate }: Origin, area: Area): [Fields, ...Fields[]] {
  const experience = whole(random, 1, 30)
  const [headline, otherHeadline] = shuffled(random, area.teaches[language])
  const amount = rate.from + rate.step * whole(random, 0, Math.floor((rate.to - rate.from) / rate.step))
  const price = (value: number) => ({ amount: value.toFixed(2), currency: rate.currency })
  const priced = chance(random, 0.9)
  const fields = {
    headline,
    bio: tutorBio(random, language, area, experience),
    subjects: someOf(random, area.subjects),
    languages: speaks.slice(0, whole(random, 1, 3)),
    experience_years: experience,
    hourly_rate: priced ? price(amount) : null,
    lesson_formats: pick(random, [['online'], ['online', 'in_person'], ['in_person']]),
  }
  const discount = priced ? [{ hourly_rate: price(amount * 0.8) }] : []
  return [fields, { headline: otherHeadline }, ...discount]
}

function studentFields(
  random: Random,
  { language }: Origin,
  area: Area,
  adult: boolean,
): [Fields, ...Fields[]] {
  const [headline, otherHeadline] = shuffled(random, area.learns[language])
  const fields = {
    headline,
    bio: studentBio(random, language),
    subjects: someOf(random, area.subjects),
    grade: adult || chance(random, 0.15) ? null : grade(random, language),
    learning_goals: learningGoals(random, language, area),
  }
  return [fields, { headline: otherHeadline }]
}

/** At least the first one, in the order of the list. */
function someOf(random: Random, list: readonly string[]): string[] {
  return list.filter((_, position) => position === 0 || chance(random, 0.6))
}

function shuffled(random: Random, [first = '', second = '']: readonly string[]): [string, string] {
  return chance(random, 0.5) ? [first, second] : [second, first]
}
