/** Who is signed in, and the one client of the API. Without React, so that it can be there before the page is. */
import { createClient, isProblem, type AnySections, type UpmClient } from '@upm/client'
import i18next from 'i18next'
import type { PageConfig } from './page-config.ts'

export type Client = UpmClient<AnySections>

export type SessionState = 'starting' | 'unreachable' | 'signed-out' | 'signed-in'

export type Session = {
  config: PageConfig
  client: Client
  state: () => SessionState
  /** Calls back when the state has changed; returns how to stop that. */
  subscribe: (listener: () => void) => () => void
  /** Finds out whether somebody is signed in. */
  start: () => Promise<void>
  signIn: (credentials: { email: string; password: string }) => Promise<void>
  signOut: () => Promise<void>
  /** Where another service signs people in and sends them back from; null when nobody has said. */
  outsideSignIn: (returnTo: string) => string | null
}

/** What the other tabs of the page are told. */
type Announcement = 'signed-in' | 'signed-out'

export function createSession(config: PageConfig): Session {
  let state: SessionState = 'starting'
  let accessToken: string | undefined
  const listeners = new Set<() => void>()
  const tabs = new BroadcastChannel(`upm.session ${config.basePath}`)

  const client = createClient<AnySections>({
    baseUrl: `${location.origin}${config.basePath}`,
    token: () => accessToken,
    onUnauthorized: renewToken,
    language: () => i18next.language,
  })

  function become(next: SessionState): void {
    if (state === next) return
    state = next
    for (const listener of listeners) listener()
  }

  /** A new access token, or the end of the session. */
  async function renewToken(): Promise<string | undefined> {
    const previous = accessToken
    const fresh = config.signIn ? await fetchToken() : undefined
    // In another tab somebody else has signed in: nothing on this page is theirs.
    if (previous !== undefined && fresh !== undefined && subjectOf(previous) !== subjectOf(fresh)) {
      location.reload()
      return new Promise(() => {})
    }
    accessToken = fresh
    if (fresh === undefined) {
      outsideTokens.forget()
      become('signed-out')
    }
    return fresh
  }

  async function fetchToken(): Promise<string | undefined> {
    try {
      return await client.auth.token()
    } catch (error) {
      if (isProblem(error) && error.status === 401) return undefined
      throw error
    }
  }

  async function start(): Promise<void> {
    try {
      if (config.signIn) accessToken = (await client.auth.session()) ? await fetchToken() : undefined
      else accessToken = outsideTokens.take()
      become(accessToken === undefined ? 'signed-out' : 'signed-in')
    } catch {
      become('unreachable')
    }
  }

  const announce = (announcement: Announcement) => tabs.postMessage(announcement)
  tabs.addEventListener('message', ({ data }: MessageEvent<Announcement>) => {
    if ((data === 'signed-in') !== (state === 'signed-in')) location.reload()
  })

  return {
    config,
    client,
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
    signIn: async (credentials) => {
      await client.auth.signIn(credentials)
      accessToken = await fetchToken()
      become('signed-in')
      announce('signed-in')
    },
    signOut: async () => {
      if (config.signIn) await client.auth.signOut()
      accessToken = undefined
      outsideTokens.forget()
      announce('signed-out')
      become('signed-out')
    },
    outsideSignIn: (returnTo) =>
      config.signInUrl === null ? null : outsideTokens.request(config.signInUrl, returnTo),
  }
}

/** The subject of a token, unverified: for comparing two tokens of the same server. */
function subjectOf(token: string): unknown {
  const payload = token.split('.')[1] ?? ''
  return (JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { sub?: unknown }).sub
}

/**
 * Tokens of another service. It gets `return_to` and a `state`, and comes back with `#access_token=…&state=…`: a
 * fragment is sent to no server, and the state shows that this tab has asked, so that nobody can slip their own token
 * in. The token is kept as long as the tab.
 */
const outsideTokens = {
  tokenKey: 'upm.token',
  stateKey: 'upm.sign-in-state',

  request(signInUrl: string, returnTo: string): string {
    const state = crypto.randomUUID()
    sessionStorage.setItem(this.stateKey, state)
    const url = new URL(signInUrl)
    url.searchParams.set('return_to', returnTo)
    url.searchParams.set('state', state)
    return url.href
  },

  take(): string | undefined {
    const fragment = new URLSearchParams(location.hash.slice(1))
    const [token, state] = [fragment.get('access_token'), fragment.get('state')]
    if (token !== null) {
      history.replaceState(history.state, '', location.pathname + location.search)
      const expected = sessionStorage.getItem(this.stateKey)
      sessionStorage.removeItem(this.stateKey)
      if (expected !== null && state === expected) sessionStorage.setItem(this.tokenKey, token)
    }
    return sessionStorage.getItem(this.tokenKey) ?? undefined
  },

  forget(): void {
    sessionStorage.removeItem(this.tokenKey)
  },
}
