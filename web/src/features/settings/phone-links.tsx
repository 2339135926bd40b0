import { Paper } from '@mantine/core'
import { ChevronRight, Eye, ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import classes from './phone-links.module.css'

const links = [
  { to: '/visibility', label: 'visibility', Icon: Eye },
  { to: '/security', label: 'security', Icon: ShieldCheck },
] as const

/** The screens that the bottom navigation of a phone has no room for. Elsewhere they are in the rail or the tabs. */
export function PhoneLinks() {
  const { t } = useTranslation()
  return (
    <Paper component="nav" withBorder className={classes.links} aria-label={t('settings')}>
      {links.map(({ to, label, Icon }) => (
        <Link key={to} to={to} className={classes.link}>
          <Icon size={20} aria-hidden />
          <span className={classes.label}>{t(label)}</span>
          <ChevronRight size={20} aria-hidden />
        </Link>
      ))}
    </Paper>
  )
}
