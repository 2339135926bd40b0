import { Group, Text, UnstyledButton } from '@mantine/core'
import { Activity, Settings, UserRound } from 'lucide-react'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, Outlet } from 'react-router'
import { useFollowSettings } from '../session/use-follow-settings.ts'
import { useSessionState } from '../session/use-session.ts'
import { AccountMenu } from './account-menu.tsx'
import classes from './layout.module.css'

const links = [
  { to: '/profile', label: 'profile', Icon: UserRound },
  { to: '/activity', label: 'activity', Icon: Activity },
  { to: '/settings', label: 'settings', Icon: Settings },
] as const

/** What stands around every screen: at the top on a desk, with the navigation at the bottom on a phone. */
export function Layout() {
  const { t } = useTranslation()
  const isSignedIn = useSessionState() === 'signed-in'
  useFollowSettings()
  return (
    <>
      <a href="#content" className={classes.skip} onClick={skip}>
        {t('skip')}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Brand />
          {isSignedIn && <Navigation />}
          <AccountMenu />
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.content}>
        <Outlet />
      </main>
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

/** One list of links: within the header on a desk, and at the bottom of a phone, where thumbs are. */
function Navigation() {
  const { t } = useTranslation()
  return (
    <nav aria-label={t('navigation')} className={classes.navigation}>
      {links.map(({ to, label, Icon }) => (
        <NavLink key={to} to={to} className={classes.link ?? ''}>
          <Icon size={20} aria-hidden />
          <span>{t(label)}</span>
        </NavLink>
      ))}
    </nav>
  )
}
