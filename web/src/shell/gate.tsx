import { lazy, Suspense, useEffect, type ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, Outlet, useLocation } from 'react-router'
import { isProblem, NetworkError } from '@upm/client'
import { Failure, Loading } from '../components/query-state.tsx'
import { Page } from '../components/page.tsx'
import { useProfile } from '../session/queries.ts'
import { useSession, useSessionState } from '../session/use-session.ts'

// Where it does not come, because a release has replaced the files, one signs in on the screen for that.
const EndedDialog = lazy<ComponentType>(() =>
  import('../features/sign-in/ended-dialog.tsx').catch(() => ({ default: Leaving })),
)

function Leaving() {
  const { giveUp } = useSession()
  useEffect(giveUp, [giveUp])
  return null
}

/**
 * Lets in who is signed in; others go to the sign-in first and come back to where they wanted to go. Whose session ends
 * meanwhile keeps the screen and signs in again over it.
 */
export function Gate() {
  const { t } = useTranslation()
  const session = useSession()
  const state = useSessionState()
  const { pathname, search, hash } = useLocation()
  // Where nothing has been loaded yet, there is nothing to keep.
  const profile = useProfile()
  const isLoaded = profile.data !== undefined
  useEffect(() => (isLoaded ? session.holdScreen() : undefined), [isLoaded, session])
  if (state === 'starting') return <Loading />
  if (state === 'unreachable') {
    return (
      <Page title={t('unreachableTitle')} size="sm">
        <Failure error={new NetworkError(undefined)} retry={() => void session.start()} />
      </Page>
    )
  }
  if (isProblem(profile.error, 'account_leaving')) return <Navigate to="/delete-account" replace />
  if (state === 'signed-in' || state === 'ended') {
    return (
      <>
        <Outlet />
        {state === 'ended' && (
          <Suspense>
            <EndedDialog />
          </Suspense>
        )}
      </>
    )
  }
  const wanted = pathname + search + hash
  const params = new URLSearchParams({
    ...(session.hasEnded() && { ended: '1' }),
    ...(wanted !== '/profile' && { next: wanted }),
  })
  return <Navigate to={{ pathname: '/sign-in', search: params.toString() }} replace />
}
