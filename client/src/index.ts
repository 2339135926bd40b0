/** The typed client of UPM, the Universal Profile Module. */
export { createClient, type UpmClient, type UpmClientOptions } from './client.ts'
export {
  fieldErrorsAt,
  isProblem,
  NetworkError,
  ProblemError,
  UnexpectedResponseError,
  UpmError,
  type FieldError,
} from './errors.ts'
export type { ActivityClient, ActivityFilters, ActivityPage, PageFilters, SummaryDays } from './activity.ts'
export type {
  AddPasskeyInput,
  AuthClient,
  ChangedPassword,
  ChangeEmailInput,
  ChangePasswordInput,
  CurrentSession,
  DisableSecondStepInput,
  Passkey,
  PasskeyCreation,
  PasskeyRequest,
  RenewRecoveryCodesInput,
  RequestPasswordResetInput,
  ResetPasswordInput,
  SecondStep,
  SendVerificationEmailInput,
  SignedIn,
  SignedUp,
  SignInInput,
  SignInWithPasskeyInput,
  SignUpInput,
} from './auth.ts'
export type { AccountClient } from './account.ts'
export type { AvatarClient, NativeFile, Picture, UploadedAvatar, UploadOptions } from './avatar.ts'
export type { CataloguesClient, Language, ProfileType, Subject, TimeZone } from './catalogues.ts'
export type { Deprecation, OnDeprecation } from './deprecations.ts'
export type {
  DocumentClient,
  PatchOptions,
  ProfileClient,
  SettingsClient,
  UpdateOptions,
  Versioned,
} from './documents.ts'
export type { IdentitiesClient, Identity } from './identities.ts'
export type { CallOptions, Read, ReadOptions, Tagged } from './operations.ts'
export type { PeopleClient } from './people.ts'
export type { DataExport, ExportDownload, ExportsClient } from './exports.ts'
export type { FetchLike, SignalLike } from './platform.ts'
export type { components, FieldCode, operations, paths, ProblemCode } from './schema.gen.ts'
export type { Fact, RecordedUse, Recorder, Recording } from './record.ts'
export type { RefreshToken, TokenSource } from './tokens.ts'
export type {
  ActivityBatchEntry,
  ActivityEntry,
  ActivityReceipt,
  ActivitySummary,
  AnySections,
  Avatar,
  FieldSchema,
  MergePatch,
  ProfileDocument,
  ProfilePatch,
  ProfileVisibility,
  PublicProfile,
  SectionName,
  AccountState,
  Settings,
  SettingsPatch,
  SignInSession,
  SignInUser,
  StudentProfile,
  TutorProfile,
  UiLanguage,
  User,
} from './types.ts'
export type { UploadProgress } from './upload.ts'
