import type { components } from './schema.gen.ts'

type Schemas = components['schemas']

export type User = Schemas['User']
export type Avatar = Schemas['Avatar']
export type TutorProfile = Omit<Schemas['TutorProfile'], 'lesson_formats'> & LessonFormats
export type StudentProfile = Schemas['StudentProfile']
export type FieldSchema = Schemas['FieldSchema']
export type SignInUser = Schemas['SignInUser']
export type SignInSession = Schemas['SignInSession']
export type ActivityEntry = Schemas['ActivityEntry']
export type ActivityReceipt = Schemas['ActivityReceipt']
export type ActivitySummary = Schemas['ActivitySummary']

/**
 * Reading, the contract promises texts: a profile keeps what it chose when that is no longer offered. Here they are what can
 * be chosen, so that a document can be sent back.
 */
type LessonFormats = {
  lesson_formats: NonNullable<NonNullable<Schemas['ProfilePatch']['tutor_profile']>['lesson_formats']>
}

/** A text of which some values are known: editors offer these, and other installations or newer servers have others. */
export type Open<Known extends string> = Known | (string & Record<never, never>)

/** An event of a service. An installation may declare actions that the contract does not know. */
export type ActivityBatchEntry = Omit<Schemas['ActivityBatchEntry'], 'action'> & {
  action: Open<Schemas['ActivityBatchEntry']['action']>
}

/** An installation may offer other languages than the contract's (`UI_LANGUAGES`); `catalogues.languages()` lists them. */
export type UiLanguage = Open<NonNullable<Schemas['SettingsPatch']['ui_language']>>

/** Whether an account is to be deleted, and when. */
export type AccountState = Omit<Schemas['AccountState'], 'state'> & {
  state: Open<Schemas['AccountState']['state']>
}

export type Settings = Omit<Schemas['Settings'], 'ui_language'> & { ui_language: UiLanguage }

/**
 * Sections of profile types that the contract does not know, for programs that draw forms from
 * `catalogues.profileTypes()`: `createClient<AnySections>(…)`, then `document[type.section]`. Whoever knows the types
 * names them instead: `createClient<{ psychologist_profile: PsychologistProfile }>(…)`.
 */
export type AnySections = { [section: SectionName]: Record<string, unknown> }

export type SectionName = `${string}_profile`

/** `psychologist` for `psychologist_profile`. */
type TypeOf<Section> = Section extends `${infer Name}_profile` ? Name : never

/** The profile document, with the sections of `Own` profile types besides the built-in ones. */
export type ProfileDocument<Own extends object = object> = Omit<
  Schemas['ProfileDocument'],
  'profile_type' | 'settings' | 'tutor_profile'
> & {
  /** Which section is the account's active one. */
  profile_type: Schemas['ProfileDocument']['profile_type'] | TypeOf<keyof Own>
  settings: Settings
  tutor_profile: TutorProfile | null
} & { [Section in keyof Own]: Own[Section] | null }

/** Whether strangers see your profile, and why not. */
export type ProfileVisibility = Schemas['ProfileVisibility']

/** A profile as strangers see it: of `Own` sections their public fields, which the client cannot know. */
export type PublicProfile<Own extends object = object> = Omit<Schemas['PublicProfile'], 'profile_type'> & {
  profile_type: Schemas['PublicProfile']['profile_type'] | TypeOf<keyof Own>
} & { [Section in keyof Own]: Partial<Own[Section]> | null }

/**
 * A JSON Merge Patch (RFC 7396) of `T`: what is left out, or undefined, stays as it is; null clears, and fits only where
 * `T` has null. Lists are replaced as a whole.
 */
export type MergePatch<T> = T extends Scalar
  ? T
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { [Key in keyof T]?: MergePatch<T[Key]> | undefined }
      : T

type Scalar = string | number | boolean | null | undefined

/**
 * A change of the profile document. Read-only members (`user.email`, `version`, …) may be there with the value that
 * they have, so that a whole document can be sent back; another value is refused with `read_only`.
 */
export type ProfilePatch<Own extends object = object> = MergePatch<ProfileDocument<Own>>

export type SettingsPatch = MergePatch<Settings>
