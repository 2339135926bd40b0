import type { ActivityEntry } from '@upm/client'
import { Button, Skeleton, Text } from '@mantine/core'
import { ChevronDown, ShieldCheck } from 'lucide-react'
import { lazy, memo, Suspense, useId, useState } from 'react'
import { Link } from 'react-router'
import { loadPart } from '../../../components/loading.ts'
import type { Format } from '../../../i18n/format.ts'
import { iconOf, icons } from './icon.ts'
import type { Names } from './names.ts'
import { Origin } from './origin.tsx'
import { sentence } from './sentence.ts'
import classes from './entry.module.css'

const Details = lazy(loadPart(() => import('./details.tsx')))

type EntryProps = {
  entry: ActivityEntry
  /** Whether something is to be done about it. */
  isAlarm: boolean
  names: Names
  format: Format
}

/** One entry of the log. There may be thousands: each is drawn once, in plain elements, and its details when asked for. */
export const Entry = memo(function Entry({ entry, isAlarm, names, format }: EntryProps) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const Icon = icons[iconOf(entry)]
  return (
    <li className={classes.entry} data-entry={entry.id}>
      <div className={classes.head}>
        <span className={classes.icon} data-notable={isAlarm || undefined}>
          <Icon size={16} aria-hidden />
        </span>
        <button
          type="button"
          className={classes.sentence}
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setIsOpen(!isOpen)}
        >
          {sentence(entry, names)}
        </button>
        <Origin entry={entry} names={names} format={format} />
        <ChevronDown size={18} className={classes.chevron} data-open={isOpen || undefined} aria-hidden />
      </div>
      {isAlarm && <Alarm names={names} />}
      {isOpen && (
        <div id={id} className={classes.opened}>
          <Suspense fallback={<Skeleton h={90} />}>
            <Details entry={entry} names={names} format={format} />
          </Suspense>
        </div>
      )}
    </li>
  )
})

/** What to do when it was somebody else. */
function Alarm({ names: { t } }: { names: Names }) {
  return (
    <div className={classes.alarm}>
      <Text size="sm">{t('notYou')}</Text>
      <Button
        component={Link}
        to="/security"
        size="compact-md"
        variant="default"
        className={classes.protect}
        leftSection={<ShieldCheck size={16} aria-hidden />}
      >
        {t('protect')}
      </Button>
    </div>
  )
}
