/** Who is signed in, and the one client of the API. Without React, so that it can be there before the page is. */
import {
  createClient,
  type AnySections,
  type Recorder,
  type SignInInput,
  type SignInWithPasskeyInput,
  type UpmClient,
} from '@upm/client'
import i18next from 'i18next'
import { emailOf, lifetimeOf, subjectOf } from './access-token.ts'
import { keptDrafts } from './kept-drafts.ts'
import { outsideTokens } from './outside-tokens.ts'
import type { PageConfig } from './page-config.ts'

export type Client = UpmClient<AnySections>

/** `ended`: the session is over, and the screen waits for the same person to sign in again. */
export type SessionState = 'starting' | 'unreachable' | 'signed-out' | 'signed-in' | 'ended'

/** Whose session has ended. Where another service signs people in, the page does not know their address. */
type EndedPerson = { email: string | undefined }

export type Session = {
  config: PageConfig
  client: Client
  state: () => SessionState
  /** Whether somebody was signed in who has not signed out here: the session ended, or ended in another tab. */
  hasEnded: () => boolean
  /** Whose session has ended while their screen is open; undefined in every other state. */
  endedPerson: () => EndedPerson | undefined
  /**
   * Says that a screen is open which a person may be working on: when the session ends, requests wait until the person has
   * signed in again, and are then sent once more. Returns how to take that back, which gives up a session that has ended.
   */
  holdScreen: () => () => void
  /** Does not sign in again: what waits fails, and the screen is left. */
  giveUp: () => void
  /** Calls back when the state has changed; returns how to stop that. */
  subscribe: (listener: () => void) => () => void
  /** Finds out whether somebody is signed in. */
  start: () => Promise<void>
  /** A sign-in that makes the account gives it the language of the page and the time zone of the device. */
  signIn: (credentials: SignInInput) => Promise<void>
  /** The same with what a passkey has answered. */
  signInWithPasskey: (answer: SignInWithPasskeyInput) => Promise<void>
  signOut: () => Promise<void>
  /** Has something done first whenever somebody signs out; returns how to take that back. */
  beforeSignOut: (task: () => Promise<void>) => () => void
  /** Where another service signs people in and sends them back from; null when nobody has said. */
  outsideSignIn: (returnTo: string) => string | null
}

/**
 * @param record notes what the page uses of the contract, in journeys
 */
export function createSession(config: PageConfig, record?: Recorder): Session {
  let state: SessionState = 'starting'
  let hasEnded = false
  let accessToken: string | undefined
  /** When a new one is fetched, before the server would refuse the old one. By this device's clock alone. */
  let renewAt = Infinity
  let renewal: Promise<string | undefined> | undefined
  /** Whose session has ended, while a screen waits for them; `comesBack` gets the new token, or none. */
  let ended: (EndedPerson & { subject: string | undefined; comesBack: (token?: string) => void }) | undefined
  let heldScreens = 0
  const listeners = new Set<() => void>()
  const lastTasks = new Set<() => Promise<void>>()
  const tabs = new BroadcastChannel(`upm.session ${config.basePath}`)

  const client = createClient<AnySections>({
    baseUrl: `${location.origin}${config.basePath}`,
    name: 'web',
    version: config.version,
    token: () => (ended === undefined && Date.now() < renewAt ? accessToken : renewToken()),
    onUnauthorized: renewToken,
    language: () => i18next.language,
    fetch: send,
    record,
  })

  function become(next: SessionState): void {
    if (state === next) return
    state = next
    for (const listener of listeners) listener()
  }

  function keep(token: string | undefined): void {
    accessToken = token
    renewAt = config.signIn && token !== undefined ? Date.now() + lifetimeOf(token) * 0.8 : Infinity
  }

  /** A new access token, or the end of the session. Whoever asks meanwhile waits for the same one. */
  function renewToken(): Promise<string | undefined> {
    renewal ??= fetchNext().finally(() => (renewal = undefined))
    return renewal
  }

  async function fetchNext(): Promise<string | undefined> {
    const previous = accessToken
    const fresh = config.signIn ? (await client.auth.token()).data : undefined
    // In another tab somebody else has signed in: nothing on this page is theirs.
    if (previous !== undefined && fresh !== undefined && subjectOf(previous) !== subjectOf(fresh)) {
      beginAnew()
      return new Promise(() => {})
    }
    if (fresh === undefined) {
      outsideTokens.forget()
      if (previous !== undefined && heldScreens > 0) return whenBack(previous)
      hasEnded ||= previous !== undefined
    }
    keep(fresh)
    if (fresh === undefined) become('signed-out')
    return fresh
  }

  /** The token of the same person, who is asked to sign in again over the screen that is open; undefined: they will not. */
  function whenBack(previous: string): Promise<string | undefined> {
    return new Promise((comesBack) => {
      ended = { subject: subjectOf(previous), email: emailOf(previous), comesBack }
      keep(undefined)
      become('ended')
    })
  }

  /** Somebody has signed in, here or in another tab. */
  function goOn(token: string): void {
    const person = ended
    if (person && person.subject !== subjectOf(token)) return beginAnew()
    ended = undefined
    keep(token)
    hasEnded = false
    become('signed-in')
    person?.comesBack(token)
  }

  function giveUp(): void {
    if (!ended) return
    const { comesBack } = ended
    ended = undefined
    hasEnded = true
    become('signed-out')
    comesBack(undefined)
  }

  /** Nothing is asked on the way: the form is gone before, and its draft is kept. */
  function beginAnew(): void {
    become('starting')
    setTimeout(() => location.reload())
  }

  async function start(): Promise<void> {
    try {
      if (config.signIn) {
        const { data, accessToken: fresh } = await client.auth.session()
        keep(data && (fresh ?? (await client.auth.token()).data))
      } else keep(outsideTokens.take())
      // Who has left a draft in this tab was signed in when it was opened or loaded last.
      hasEnded = accessToken === undefined && keptDrafts.isAny()
      become(accessToken === undefined ? 'signed-out' : 'signed-in')
    } catch {
      become('unreachable')
    }
  }

  // The cookie is that of all tabs: when somebody signs out in one of them, the session of the others has ended, too, and
  // when somebody signs in, they begin anew.
  const subject = () => (accessToken === undefined ? null : subjectOf(accessToken))
  const announce = () => tabs.postMessage(subject())
  tabs.addEventListener('message', ({ data }: MessageEvent<string | null>) => {
    if (ended && data === ended.subject) return void findAgain()
    if (data === subject()) return
    if (data !== null || !config.signIn) return beginAnew()
    keep(undefined)
    hasEnded = true
    become('signed-out')
  })

  /** In another tab the person has signed in again. */
  async function findAgain(): Promise<void> {
    // Whoever cannot be reached now can still sign in here.
    const { data: token } = await client.auth.token().catch(() => ({ data: undefined }))
    if (ended && token !== undefined) goOn(token)
  }

  async function enter(
    begin: (device: { timezone: string; language: string }) => Promise<unknown>,
  ): Promise<void> {
    const { timeZone: timezone } = new Intl.DateTimeFormat().resolvedOptions()
    await begin({ timezone, language: i18next.language })
    const { data: token } = await client.auth.token()
    if (token === undefined) throw new Error('a sign-in has given no access token')
    goOn(token)
    announce()
  }

  return {
    config,
    client,
    state: () => state,
    hasEnded: () => hasEnded,
    endedPerson: () => ended,
    holdScreen: () => {
      heldScreens += 1
      return () => {
        heldScreens -= 1
        if (heldScreens === 0) giveUp()
      }
    },
    giveUp,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
    signIn: (credentials) => enter((device) => client.auth.signIn({ ...device, ...credentials })),
    signInWithPasskey: (answer) => enter((device) => client.auth.signInWithPasskey({ ...device, ...answer })),
    signOut: async () => {
      await Promise.all(Array.from(lastTasks, (task) => task()))
      if (config.signIn) await client.auth.signOut()
      keep(undefined)
      outsideTokens.forget()
      keptDrafts.forgetAll()
      hasEnded = false
      announce()
      become('signed-out')
    },
    beforeSignOut: (task) => {
      lastTasks.add(task)
      return () => lastTasks.delete(task)
    },
    outsideSignIn: (returnTo) =>
      config.signInUrl === null ? null : outsideTokens.request(config.signInUrl, returnTo),
  }
}

/**
 * A removal goes on when the page is closed: it may have waited until then (features/avatar/removal.ts). What belongs to an
 * account stays out of the browser's cache: entity tags are versions, which two accounts can share, and a browser asks
 * with the tag of the one before whether its document is still good, also where `Vary` tells them apart.
 */
function send(request: Request): Promise<Response> {
  return fetch(request, {
    keepalive: request.method === 'DELETE',
    ...(request.headers.has('authorization') && { cache: 'no-store' }),
  })
}
