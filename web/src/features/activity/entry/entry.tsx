import type { ActivityEntry } from '@upm/client'
import { ChevronDown } from 'lucide-react'
import { memo, useId, useState } from 'react'
import type { Format } from '../../../i18n/format.ts'
import { Details } from './details.tsx'
import { iconOf, icons } from './icon.ts'
import type { Names } from './names.ts'
import { Origin } from './origin.tsx'
import { sentence } from './sentence.ts'
import classes from './entry.module.css'

type EntryProps = { entry: ActivityEntry; names: Names; format: Format }

/** One entry of the log. There may be thousands: each is drawn once, in plain elements, and its details when asked for. */
export const Entry = memo(function Entry({ entry, names, format }: EntryProps) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const icon = iconOf(entry)
  const Icon = icons[icon]
  return (
    <li className={classes.entry}>
      <div className={classes.head}>
        <span
          className={classes.icon}
          data-notable={icon === 'newDevice' || icon === 'system.login.failed' || undefined}
        >
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
      {isOpen && (
        <div id={id} className={classes.opened}>
          <Details entry={entry} names={names} format={format} />
        </div>
      )}
    </li>
  )
})
