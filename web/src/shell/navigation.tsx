import { Activity, Settings, UserRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import classes from './navigation.module.css'
import { groups, isCurrent, isWithin, phonePlaces } from './screens.ts'

const icons = { profile: UserRound, activity: Activity, settings: Settings }

/** Beside the screen on a desk, above it on a tablet; a phone has the other one. */
export function Rail() {
  const { t } = useTranslation()
  const here = useLocation()
  return (
    <nav aria-label={t('navigation')} className={classes.rail}>
      {groups.map(({ label, places }) => (
        <div key={label ?? ''} className={classes.group} role="group" aria-label={label && t(label)}>
          {label && (
            <div className={classes.heading} aria-hidden>
              {t(label)}
            </div>
          )}
          {places.map((place) => (
            <Link
              key={place.to}
              to={place.to}
              className={classes.place}
              aria-current={isCurrent(place.to, here) ? 'page' : undefined}
            >
              {t(place.label)}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  )
}

/** At the bottom of a phone, where thumbs are. */
export function BottomNavigation() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  return (
    <nav aria-label={t('navigation')} className={classes.bottom}>
      {phonePlaces.map(({ to, label }) => {
        const Icon = icons[label]
        return (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            aria-current={isWithin(to, pathname) ? 'page' : undefined}
          >
            <span className={classes.mark}>
              <Icon size={20} aria-hidden />
            </span>
            {t(label)}
          </Link>
        )
      })}
    </nav>
  )
}
