import type { ReactNode } from 'react'
import { Navigate } from 'react-router'
import { useSession } from '../../session/use-session.ts'

/** For the screens that only the bundled sign-in has, whether somebody is signed in or not. */
export function OwnSignIn({ children }: { children: ReactNode }) {
  const { config } = useSession()
  return config.signIn === null ? <Navigate to="/sign-in" replace /> : children
}
