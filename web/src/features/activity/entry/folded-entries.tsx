import type { ActivityEntry } from '@upm/client'
import { ChevronDown } from 'lucide-react'
import { memo, useId, useState } from 'react'
import type { Format } from '../../../i18n/format.ts'
import { Entry } from './entry.tsx'
import classes from './entry.module.css'
import { devicesOf, foldedSentence } from './fold.ts'
import { iconOf, icons } from './icon.ts'
import type { Names } from './names.ts'

type FoldedEntriesProps = {
  entries: readonly ActivityEntry[]
  alarms: ReadonlySet<string>
  names: Names
  format: Format
}

/** So many devices are named. */
const MOST_DEVICES = 2

/** Entries that say the same, as one row; opened, each of them. */
export const FoldedEntries = memo(function FoldedEntries({
  entries,
  alarms,
  names,
  format,
}: FoldedEntriesProps) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const [newest, oldest] = [entries[0], entries.at(-1)]
  if (!newest || !oldest) return null
  const icon = iconOf(newest)
  const Icon = icons[icon]
  const [from, to] = [format.time(oldest.timestamp), format.time(newest.timestamp)]
  const devices = devicesOf(entries)
  return (
    <li className={classes.entry} data-entry={newest.id}>
      <div className={classes.head}>
        <span className={classes.icon}>
          <Icon size={16} aria-hidden />
        </span>
        <button
          type="button"
          className={classes.sentence}
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setIsOpen(!isOpen)}
        >
          {foldedSentence(entries, names)}
        </button>
        <div className={classes.origin}>
          <p className={classes.parts}>
            <span>{from === to ? from : `${from}–${to}`}</span>
            {devices.length <= MOST_DEVICES && devices.map((device) => <span key={device}>{device}</span>)}
          </p>
        </div>
        <ChevronDown size={18} className={classes.chevron} data-open={isOpen || undefined} aria-hidden />
      </div>
      {isOpen && (
        <ol id={id} className={classes.folded}>
          {entries.map((entry) => (
            <Entry
              key={entry.id}
              entry={entry}
              isAlarm={alarms.has(entry.id)}
              names={names}
              format={format}
            />
          ))}
        </ol>
      )}
    </li>
  )
})
