import { isProblem } from './errors.ts'
import {
  readHeader,
  request,
  taggedOf,
  type Api,
  type CallOptions,
  type Read,
  type ReadOptions,
  type Tagged,
} from './operations.ts'
import type { SignalLike } from './platform.ts'
import type {
  ProfileDocument,
  ProfilePatch,
  ProfileVisibility,
  PublicProfile,
  Settings,
  SettingsPatch,
} from './types.ts'

/** A document with its version, which rises with every change; `etag` is the version in quotes. */
export type Versioned<T> = Tagged<T> & { version: number }

export type PatchOptions = CallOptions & {
  /** Change only this version (an `etag`, or the number): else `precondition_failed`, and nothing is changed. */
  ifMatch?: string | number | undefined
}

export type UpdateOptions = CallOptions & {
  /** How often to read and try in all, when others keep changing the document. Default: 3. */
  attempts?: number | undefined
}

/** A document that is read as a whole and changed by merge patches. */
export type DocumentClient<Document, Patch> = {
  /** Reads it. With `ifNoneMatch`: undefined when that version is still the current one. */
  get: Read<Versioned<Document>>
  /**
   * Changes what the patch names, and answers with the whole new document.
   *
   * @throws ProblemError `validation_failed` with every faulty field, `precondition_failed` when `ifMatch` is stale,
   *   `profile_incomplete` with what is missing when it would publish a profile too early.
   */
  patch: (change: Patch, options?: PatchOptions) => Promise<Versioned<Document>>
  /**
   * Changes it by what it is now: reads, asks `change`, and patches that very version. When somebody else was faster,
   * it starts anew.
   *
   * @throws ProblemError as `patch`; `precondition_failed` when every attempt came too late.
   */
  update: (
    change: (current: Document) => Patch | Promise<Patch>,
    options?: UpdateOptions,
  ) => Promise<Versioned<Document>>
}

export type ProfileClient<Own extends object> = DocumentClient<ProfileDocument<Own>, ProfilePatch<Own>> & {
  /** Your profile as strangers see it (`people.get`), or would see it if it were shown (`visibility`). */
  preview: Read<Tagged<PublicProfile<Own>>>
  /** Whether strangers see your profile and why not, how complete it is, and where its public page is. */
  visibility: Read<Tagged<ProfileVisibility>>
  /**
   * Gives the account an empty profile of another type (`catalogues.profileTypes`). The active one stays active.
   *
   * @throws ProblemError `type_held`, `type_forbidden`, `precondition_failed`, `validation_failed` for an unknown type.
   */
  add: (type: string, options?: PatchOptions) => Promise<Versioned<ProfileDocument<Own>>>
  /**
   * Makes another profile of the account the active one, which others see.
   *
   * @throws ProblemError `type_not_held`, `precondition_failed`, `validation_failed` for an unknown type.
   */
  activate: (type: string, options?: PatchOptions) => Promise<Versioned<ProfileDocument<Own>>>
  /**
   * Deletes a profile of the account that is not the active one, with its fields.
   *
   * @throws ProblemError `not_found`, `active_profile`, `last_profile`, `profile_not_upgraded`, `precondition_failed`.
   */
  remove: (type: string, options?: PatchOptions) => Promise<void>
}
export type SettingsClient = DocumentClient<Settings, SettingsPatch>

export function createProfile<Own extends object>(api: Api): ProfileClient<Own> {
  const document = createDocument<ProfileDocument<Own>, ProfilePatch<Own>>({
    read: (header, init) => api.GET('/api/me/profile/', { ...init, params: { header } }),
    write: (body, header, init) => api.PATCH('/api/me/profile/', { ...init, params: { header }, body }),
  })
  const preview = (options: ReadOptions = {}) => {
    const params = { header: readHeader(options) }
    return taggedOf(api.GET('/api/me/profile/public/', { ...request(options), params }), options.signal)
  }
  const visibility = (options: ReadOptions = {}) => {
    const params = { header: readHeader(options) }
    return taggedOf(api.GET('/api/me/profile/visibility/', { ...request(options), params }), options.signal)
  }
  /** A type of the host is one that the contract of UPM does not name. */
  const named = (type: string) => ({ profile_type: type as 'tutor' })
  const change = (options: PatchOptions) => ({
    ...request(options),
    params: { header: writeHeader(options) },
  })
  return {
    ...document,
    add: async (type, options = {}) =>
      present(
        await versioned(
          api.POST('/api/me/profiles/', { ...change(options), body: named(type) }),
          options.signal,
        ),
      ),
    activate: async (type, options = {}) =>
      present(
        await versioned(
          api.PATCH('/api/me/profiles/active/', { ...change(options), body: named(type) }),
          options.signal,
        ),
      ),
    remove: async (type, options = {}) => {
      const params = { header: writeHeader(options), path: { type } }
      await api.DELETE('/api/me/profiles/{type}/', { ...request(options), params })
    },
    preview: preview as ProfileClient<Own>['preview'],
    visibility: visibility as ProfileClient<Own>['visibility'],
  }
}

export function createSettings(api: Api): SettingsClient {
  return createDocument<Settings, SettingsPatch>({
    read: (header, init) => api.GET('/api/me/settings/', { ...init, params: { header } }),
    write: (body, header, init) => api.PATCH('/api/me/settings/', { ...init, params: { header }, body }),
  })
}

type Call = Promise<{ data?: unknown; response: unknown }>
type Calls = {
  read: (header: { 'if-none-match'?: string }, init: Record<string, unknown>) => Call
  write: (body: object, header: { 'if-match'?: string }, init: Record<string, unknown>) => Call
}

function createDocument<Document, Patch extends object>({
  read,
  write,
}: Calls): DocumentClient<Document, Patch> {
  async function find(options: ReadOptions = {}) {
    return versioned<Document>(read(readHeader(options), request(options)), options.signal)
  }
  const patch = async (change: Patch, { ifMatch, signal }: PatchOptions = {}) => {
    return present(
      await versioned<Document>(write(change, writeHeader({ ifMatch }), request({ signal })), signal),
    )
  }

  return {
    get: find as Read<Versioned<Document>>,
    patch,
    update: async (change, { attempts = 3, signal } = {}) => {
      for (let attempt = 1; ; attempt += 1) {
        const current = present(await find({ signal }))
        const wanted = await change(current.data)
        try {
          return await patch(wanted, { ifMatch: current.etag, signal })
        } catch (error) {
          if (attempt >= attempts || !isProblem(error, 'precondition_failed')) throw error
        }
      }
    },
  }
}

async function versioned<T>(call: Call, signal?: SignalLike): Promise<Versioned<T> | undefined> {
  const tagged = await taggedOf(call, signal)
  return tagged && { data: tagged.data as T, etag: tagged.etag, version: Number(tagged.etag.slice(1, -1)) }
}

/** 304 answers only those who asked whether something changed. */
function present<T>(answer: T | undefined): T {
  if (answer === undefined) throw new TypeError('the server said "not modified" to an unconditional request')
  return answer
}

function writeHeader({ ifMatch }: PatchOptions): { 'if-match'?: string } {
  return ifMatch === undefined ? {} : { 'if-match': entityTag(ifMatch) }
}

function entityTag(version: string | number): string {
  return typeof version === 'number' ? `"${version}"` : version
}
