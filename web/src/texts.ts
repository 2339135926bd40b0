/** All texts of the page, for what has to know all of them: TypeScript, which checks the keys, and the tests. */
import { texts as activity } from './features/activity/texts.ts'
import { texts as avatar } from './features/avatar/texts.ts'
import { texts as emailChange } from './features/email-change/texts.ts'
import { texts as leaving } from './features/leaving/texts.ts'
import { texts as passkeys } from './features/passkeys/texts.ts'
import { texts as heldTypes } from './features/profile/held-types/texts.ts'
import { texts as people } from './features/people/texts.ts'
import { texts as profile } from './features/profile/texts.ts'
import { texts as publishing } from './features/publishing/texts.ts'
import { texts as security } from './features/security/texts.ts'
import { texts as secondStep } from './features/second-step/texts.ts'
import { texts as settings } from './features/settings/texts.ts'
import { texts as entrance } from './features/sign-in/entrance-texts.ts'
import { texts as codeStep } from './features/sign-in/code-step-texts.ts'
import { texts as signIn } from './features/sign-in/texts.ts'
import { texts as takeAlong } from './features/take-along/texts.ts'
import { texts as visibility } from './features/visibility/texts.ts'
import { texts as password } from './components/form/password-texts.ts'
import { texts as fields } from './fields/texts.ts'
import { texts as shell } from './shell/texts.ts'

export const namespaces = {
  activity,
  avatar,
  codeStep,
  emailChange,
  entrance,
  fields,
  leaving,
  heldTypes,
  password,
  passkeys,
  people,
  profile,
  publishing,
  secondStep,
  security,
  settings,
  shell,
  signIn,
  takeAlong,
  visibility,
}

type Namespace = keyof typeof namespaces

/** What TypeScript checks keys against. */
type Texts = { [Name in Namespace]: (typeof namespaces)[Name]['en'] }

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell'
    resources: Texts
  }
}
