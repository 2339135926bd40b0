import { lazy, Suspense, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, useLocation } from 'react-router'
import { useFollowSettings } from '../session/use-follow-settings.ts'
import { useIsSignedIn, useSessionState } from '../session/use-session.ts'
import { Brand } from './brand.tsx'
import classes from './layout.module.css'
import { BottomNavigation, Rail } from './navigation.tsx'
import { isAccountScreen } from './screens.ts'

/** It is opened later than the screen is looked at. A page without it is still worth having. */
const AccountMenu = lazy(() => import('./account-menu.tsx').catch(() => ({ default: () => null })))

/** What stands around every screen: a header, and where somebody is signed in, the navigation. */
export function Layout() {
  const { t } = useTranslation()
  const state = useSessionState()
  const isSignedIn = useIsSignedIn()
  const { pathname } = useLocation()
  // Before it is known who is there, the room is kept.
  const isAccount = state !== 'signed-out' && isAccountScreen(pathname)
  useFollowSettings()
  return (
    <>
      <a href="#content" className={classes.skip} onClick={skip}>
        {t('skip')}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Brand />
          <Suspense fallback={<span className={classes.menu} />}>
            <AccountMenu />
          </Suspense>
        </div>
      </header>
      <div className={classes.frame} data-account={isAccount || undefined}>
        {isAccount && <div className={classes.rail}>{isSignedIn && <Rail />}</div>}
        {isSignedIn && <BottomNavigation />}
        <main id="content" tabIndex={-1} className={classes.content}>
          <Outlet />
        </main>
      </div>
    </>
  )
}

/** By hand, as <base> makes of `#content` an address of another screen. */
function skip(event: MouseEvent): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
