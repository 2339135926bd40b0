/** What a host imports: the plugin, and what its own profile types and events are declared with. */
export { defineAction } from './log/actions.ts'
export type { Action, ActionMetadata } from './log/actions.ts'
export type { Activity, LogEntry } from './log/activity.ts'
export type { Actor } from './log/actor.ts'
export type { OnProfileChanged, ProfileChange } from './log/changes.ts'
export type { ProfileDocument } from './document/present.ts'
export { defineProblems, Problem, problems } from './errors.ts'
export type { FieldError, ProblemOptions, ProblemType } from './errors.ts'
export type { Feature, Job } from './feature.ts'
export { sql } from './database/database.ts'
export type { Sql } from './database/database.ts'
export { personalData } from './personal-data.ts'
export type { PersonalData, Person } from './personal-data.ts'
export type { Queue, Task } from './queue/queue.ts'
export type { UpmApi, ProfileChangeOptions, Upm, UpmUser } from './upm-api.ts'
export type { Subject } from './catalogues/subjects.ts'
export { defineConfig } from './define-config.ts'
export type { UpmConfig } from './define-config.ts'
export { deprecate } from './http/deprecation.ts'
export type { Deprecation } from './http/deprecation.ts'
export { nullable } from './http/schemas.ts'
export {
  choiceField,
  integerField,
  lineField,
  listField,
  objectField,
  textField,
} from './profile-types/fields.ts'
export type { Labels } from './http/schemas.ts'
export type { FieldAbout, Options } from './profile-types/fields.ts'
export type { CompletenessItem, DeclaredWeight } from './profile-types/completeness.ts'
export type { FieldGroup } from './profile-types/groups.ts'
export { defineProfileType } from './profile-types/profile-type.ts'
export type { ProfileType, ProfileTypeDeclaration } from './profile-types/profile-type.ts'
export { upm } from './plugin.ts'
export type { UpmOptions } from './plugin.ts'
