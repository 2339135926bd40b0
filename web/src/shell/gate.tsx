import { useTranslation } from 'react-i18next'
import { Navigate, Outlet, useLocation } from 'react-router'
import { NetworkError } from '@upm/client'
import { Failure, Loading } from '../components/query-state.tsx'
import { Page } from '../components/page.tsx'
import { useSession, useSessionState } from '../session/use-session.ts'

/** Lets in who is signed in; others go to the sign-in first and come back to where they wanted to go. */
export function Gate() {
  const { t } = useTranslation()
  const session = useSession()
  const state = useSessionState()
  const { pathname, search } = useLocation()
  if (state === 'starting') return <Loading />
  if (state === 'unreachable') {
    return (
      <Page title={t('unreachableTitle')} size="sm">
        <Failure error={new NetworkError(undefined)} retry={() => void session.start()} />
      </Page>
    )
  }
  if (state === 'signed-in') return <Outlet />
  const wanted = pathname + search
  const params = new URLSearchParams({
    ...(session.hasEnded() && { ended: '1' }),
    ...(wanted !== '/profile' && { next: wanted }),
  })
  return <Navigate to={{ pathname: '/sign-in', search: params.toString() }} replace />
}
