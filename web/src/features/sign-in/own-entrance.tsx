import type { ReactNode } from 'react'
import { Navigate } from 'react-router'
import { useSession, useSessionState } from '../../session/use-session.ts'
import { withNext } from './next-path.ts'
import { useNext } from './use-next.ts'

/** For the screens that only the bundled sign-in has, and only who is not signed in needs. */
export function OwnEntrance({ children }: { children: ReactNode }) {
  const { config } = useSession()
  const next = useNext()
  if (useSessionState() === 'signed-in') return <Navigate to={next} replace />
  if (config.signIn === null) return <Navigate to={withNext('/sign-in', next)} replace />
  return children
}
