import { Group, Text, UnstyledButton } from '@mantine/core'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, Outlet, useLocation } from 'react-router'
import { useFollowSettings } from '../session/use-follow-settings.ts'
import { useIsSignedIn, useSessionState } from '../session/use-session.ts'
import { AccountMenu } from './account-menu.tsx'
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
          <AccountMenu />
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

function Brand() {
  const { t } = useTranslation()
  return (
    <UnstyledButton component={NavLink} to="/" className={classes.brand}>
      <Group gap="xs" wrap="nowrap">
        <img src="./icon.svg" alt="" width={28} height={28} />
        <Text fw={650}>{t('product')}</Text>
      </Group>
    </UnstyledButton>
  )
}
