import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Outlet, useLocation } from 'react-router'
import { useFollowSettings } from '../session/use-follow-settings.ts'
import { useIsSignedIn, useSession, useSessionState } from '../session/use-session.ts'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import classes from './layout.module.css'
import { BottomNavigation, Rail } from './navigation.tsx'
import { isAccountScreen } from './screens.ts'

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
          <div className={classes.ways}>
            {state === 'signed-out' && <WaysIn />}
            {isSignedIn && !isAccount && (
              <Link to="/profile" className={classes.way} data-desk>
                {t('ownProfile')}
              </Link>
            )}
            <AccountMenu />
          </div>
        </div>
      </header>
      <div className={classes.frame} data-account={isAccount || undefined}>
        {isAccount && <div className={classes.rail}>{isSignedIn && <Rail />}</div>}
        {isSignedIn && <BottomNavigation />}
        <main id="content" tabIndex={-1} className={classes.content}>
          <Outlet />
        </main>
      </div>
      <Foot />
    </>
  )
}

/** For whoever is not signed in: they are not offered where they are already. */
function WaysIn() {
  const { t } = useTranslation()
  const { config } = useSession()
  const { pathname } = useLocation()
  return (
    <>
      {pathname !== '/sign-in' && (
        <Link to="/sign-in" className={classes.way}>
          {t('signIn')}
        </Link>
      )}
      {pathname !== '/sign-up' && config.signIn?.signUp === 'open' && (
        <Link to="/sign-up" className={classes.way} data-main>
          {t('signUp')}
        </Link>
      )}
    </>
  )
}

/** What the platform has to say besides; nothing where it has not said where. */
function Foot() {
  const { t } = useTranslation()
  const { supportUrl, termsUrl, privacyUrl } = useSession().config
  const links = [
    [supportUrl, t('support')],
    [termsUrl, t('terms')],
    [privacyUrl, t('privacy')],
  ] as const
  if (links.every(([url]) => url === null)) return null
  return (
    <footer className={classes.foot}>
      {links.map(
        ([url, label]) =>
          url !== null && (
            <a key={label} href={url}>
              {label}
            </a>
          ),
      )}
    </footer>
  )
}

/** By hand, as <base> makes of `#content` an address of another screen. */
function skip(event: MouseEvent): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
