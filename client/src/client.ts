import createFetchClient, { type Client } from 'openapi-fetch'
import { createAccount, type AccountClient } from './account.ts'
import { createActivity, type ActivityClient } from './activity.ts'
import { createAuth, type AuthClient } from './auth.ts'
import { createAvatar, type AvatarClient } from './avatar.ts'
import { createCatalogues, type CataloguesClient } from './catalogues.ts'
import { createDeprecations, type OnDeprecation } from './deprecations.ts'
import { createProfile, createSettings, type ProfileClient, type SettingsClient } from './documents.ts'
import { createIdentities, type IdentitiesClient } from './identities.ts'
import { createExports, type ExportsClient } from './exports.ts'
import { createPeople, type PeopleClient } from './people.ts'
import { platform, type FetchLike } from './platform.ts'
import type { paths } from './schema.gen.ts'
import type { Recorder } from './record.ts'
import { recordThrough } from './recording.ts'
import { createTokens, type RefreshToken, type TokenSource } from './tokens.ts'
import { createTransport, fetchThrough, throwRefusals } from './transport.ts'

export type UpmClientOptions = {
  /** Where UPM is: `https://profiles.example.com`, with the prefix when a host has given it one; '' in a page of the server itself. */
  baseUrl: string
  /** The access token, or a function that is asked for it before each request. */
  token?: TokenSource | undefined
  /** Gets a new access token when the server no longer takes the old one. */
  onUnauthorized?: RefreshToken | undefined
  /**
   * The token of the session, as `auth.signIn` gives it, or a function that is asked for it: for those who have no
   * cookie, such as apps and pages of another origin. Only `auth` sends it.
   */
  session?: TokenSource | undefined
  /** The language of messages (`Accept-Language`); else that of the user's settings. */
  language?: string | (() => string | undefined) | undefined
  /**
   * Notes what the program needs of the contract (`createRecorder` of `@upm/client/record`). For tests: each answer is wrapped,
   * so that it is known what is read of it.
   */
  record?: Recorder | undefined
  /**
   * The name of your program, such as `web` or `mobile`: at most 32 lower-case letters, digits and hyphens. The server counts
   * requests by this name (`UPM-Client`), so that nothing is removed which your program still uses.
   */
  name?: string | undefined
  /** The version of your program, such as `1.4.2`. */
  version?: string | undefined
  /** Told once of each deprecated operation, field or parameter that is used. Default: `console.warn`, while developing. */
  onDeprecation?: OnDeprecation | undefined
  /** In the place of the platform's `fetch`. Uploads that tell their progress use XMLHttpRequest where there is one. */
  fetch?: FetchLike | undefined
}

/** What all calls throw: ProblemError, NetworkError, UnexpectedResponseError, or the reason of an abort. */
export type UpmClient<Own extends object = object> = {
  /** Your profile document. */
  readonly profile: ProfileClient<Own>
  /** Your settings by themselves. They share the version of the profile document. */
  readonly settings: SettingsClient
  /** Your picture. */
  readonly avatar: AvatarClient
  /** The account itself: its state, its deletion and its restoration. */
  readonly account: AccountClient
  /** What happened in your account, and the events of services. */
  readonly activity: ActivityClient
  /** By whose tokens your account is opened. */
  readonly identities: IdentitiesClient
  /** Archives of everything that the server holds of you. */
  readonly exports: ExportsClient
  /** What others show to everybody. */
  readonly people: PeopleClient<Own>
  /** Signing in, where the server does that itself. */
  readonly auth: AuthClient
  /** What forms are drawn from. */
  readonly catalogues: CataloguesClient
  /** The address of a picture as the server gives it (`/media/…`), in full, for pages and apps from elsewhere. */
  readonly resolveUrl: (url: string) => string
  /** openapi-fetch on the same server, with token (or session) and language: any operation of the contract. It throws no problems. */
  readonly raw: Client<paths>
}

/**
 * A client of UPM for one user. `Own` are the sections of an installation's own profile types:
 * `createClient<{ psychologist_profile: PsychologistProfile }>(…)`.
 */
export function createClient<Own extends object = object>(options: UpmClientOptions): UpmClient<Own> {
  const { token, onUnauthorized, session, language, record } = options
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const fetch = (): FetchLike => options.fetch ?? platform.fetch.bind(globalThis)
  const resolveUrl = (url: string) =>
    url.startsWith('/') ? `${/^\w+:\/\/[^/]+/.exec(baseUrl)?.[0] ?? ''}${url}` : url
  const tokens = createTokens(token, onUnauthorized)
  const transport = createTransport({
    tokens,
    session,
    language: () => (typeof language === 'function' ? language() : language),
    client: clientHeader(options),
    look: createDeprecations(resolveUrl, options.onDeprecation),
  })
  const open = (isPublic: boolean) =>
    createFetchClient<paths>({ baseUrl, fetch: fetchThrough(transport, fetch, isPublic) as never })

  const api = open(false)
  const publicApi = open(true)
  const raw = open(false)
  for (const each of [api, publicApi]) each.use(throwRefusals)
  if (record) {
    const statuses = onUnauthorized ? [401] : []
    // The last one added sees an answer first.
    api.use(recordThrough(record, { statuses }) as never)
    publicApi.use(recordThrough(record) as never)
    raw.use(recordThrough(record, { statuses, isRaw: true }) as never)
  }

  return {
    profile: createProfile<Own>(api),
    settings: createSettings(api),
    avatar: createAvatar({ api, baseUrl, transport, fetch, record }),
    account: createAccount(api),
    activity: createActivity(api),
    identities: createIdentities(api),
    exports: createExports(api),
    people: createPeople<Own>(publicApi),
    auth: createAuth(api, options.session !== undefined, tokens.forget),
    catalogues: createCatalogues(publicApi),
    resolveUrl,
    raw,
  }
}

/** @throws TypeError when the server would not count such a name. */
function clientHeader({ name, version }: UpmClientOptions): string | undefined {
  if (name === undefined) return undefined
  if (!/^[a-z0-9-]{1,32}$/.test(name))
    throw new TypeError('createClient: "name" is at most 32 lower-case letters, digits and hyphens')
  if (version === undefined) return name
  if (!/^[\w.+-]{1,64}$/.test(version))
    throw new TypeError('createClient: "version" is at most 64 letters, digits, dots, hyphens and pluses')
  return `${name}/${version}`
}
