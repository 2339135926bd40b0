import { Navigate, useSearchParams } from 'react-router'
import { landingPath } from './notices.ts'

/** The page's own address. */
export function Landing() {
  const [params] = useSearchParams()
  return <Navigate to={landingPath(params)} replace />
}
