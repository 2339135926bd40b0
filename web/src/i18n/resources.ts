/** All texts of the page: a namespace for each feature, beside its components. */
import { texts as activity } from '../features/activity/texts.ts'
import { texts as avatar } from '../features/avatar/texts.ts'
import { texts as people } from '../features/people/texts.ts'
import { texts as profile } from '../features/profile/texts.ts'
import { texts as settings } from '../features/settings/texts.ts'
import { texts as signIn } from '../features/sign-in/texts.ts'
import { texts as fields } from '../fields/texts.ts'
import { texts as shell } from '../shell/texts.ts'

const namespaces = { activity, avatar, fields, people, profile, settings, shell, signIn }

type Namespaces = typeof namespaces
export type PageLanguage = 'uk' | 'en'

const inLanguage = (language: PageLanguage) =>
  Object.fromEntries(Object.entries(namespaces).map(([name, texts]) => [name, texts[language]]))

export const resources = { uk: inLanguage('uk'), en: inLanguage('en') }

/** What TypeScript checks keys against. */
export type Texts = { [Name in keyof Namespaces]: Namespaces[Name]['en'] }
