import { createContext, use, useSyncExternalStore } from 'react'
import type { Client, Session, SessionState } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('there is no session around this component')
  return session
}

export function useClient(): Client {
  return useSession().client
}

/** Also while a screen waits for somebody to sign in again: it stays as it is. */
export function useIsSignedIn(): boolean {
  const state = useSessionState()
  return state === 'signed-in' || state === 'ended'
}

export function useSessionState(): SessionState {
  const { subscribe, state } = useSession()
  return useSyncExternalStore(subscribe, state)
}
