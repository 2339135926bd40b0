import { memo, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Format } from '../../../i18n/format.ts'
import type { Filters } from '../filters/filters.ts'
import { firstDayOfWeek, levelsOf, monthName, weekdayNames, type Heat } from './heat.ts'
import type { Summary } from './use-summary.ts'
import { dayByKey, monthsOf, type Month } from './year.ts'
import classes from './heat-map.module.css'

type HeatMapProps = {
  summary: Summary
  heat: Heat
  filters: Filters
  chooseDay: (day: string) => void
  format: Format
}

/**
 * The calendar of the year: a table for each month, whose days are chosen by mouse, by finger, or with the arrow keys and
 * Enter. One day of all is a stop of the Tab key.
 */
export default function HeatMap({ summary: { from, to }, heat, filters, chooseDay, format }: HeatMapProps) {
  const { language } = format
  const root = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(to)
  const current = at < from || at > to ? to : at
  const firstDay = firstDayOfWeek(language, navigator.languages)
  const months = useMemo(() => monthsOf(from, to, firstDay), [from, to, firstDay])
  const weekdays = useMemo(() => weekdayNames(language, firstDay), [language, firstDay])
  const levels = useMemo(() => levelsOf(heat.counts), [heat])
  const chosen = filters.from === null && filters.to === null ? null : filters

  const dayOf = ({ target }: { target: EventTarget }) =>
    (target instanceof HTMLElement ? target.closest<HTMLElement>('[data-day]') : null)?.dataset['day']

  function choose(event: MouseEvent) {
    const day = dayOf(event)
    if (day === undefined) return
    setAt(day)
    chooseDay(day)
  }

  function goTo(event: KeyboardEvent) {
    const day = dayOf(event)
    if (day === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      chooseDay(day)
      return
    }
    const next = dayByKey(event.key, day, from, to)
    if (next === undefined) return
    event.preventDefault()
    setAt(next)
    root.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus()
  }

  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the cells in it are what is used
    <div ref={root} className={classes.months} onClick={choose} onKeyDown={goTo}>
      {months.map((month) => (
        <MonthTable
          key={month.month}
          month={month}
          weekdays={weekdays}
          levels={levels}
          heat={heat}
          current={current.startsWith(month.month) ? current : null}
          chosen={chosen}
          format={format}
          name={monthName(month.month, language)}
        />
      ))}
    </div>
  )
}

type MonthTableProps = {
  month: Month
  name: string
  weekdays: readonly string[]
  levels: Readonly<Record<string, number>>
  heat: Heat
  current: string | null
  chosen: Pick<Filters, 'from' | 'to'> | null
  format: Format
}

const MonthTable = memo(function MonthTable({
  month: { weeks },
  name,
  weekdays,
  levels,
  heat,
  current,
  chosen,
  format,
}: MonthTableProps) {
  const { t } = useTranslation('activity')
  const isChosen = (day: string) =>
    chosen !== null &&
    (chosen.from === null || day >= chosen.from) &&
    (chosen.to === null || day <= chosen.to)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a table of days to choose from is a grid (ARIA)
    <table role="grid" className={classes.month} aria-label={name}>
      <caption aria-hidden>{name}</caption>
      <thead className={classes.weekdays}>
        <tr>
          {weekdays.map((weekday) => (
            <th key={weekday} scope="col">
              {weekday}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find((day) => day !== null)}>
            {week.map((day, place) => {
              // oxlint-disable-next-line react/no-array-index-key, jsx-a11y/control-has-associated-label -- a place without a day has nothing else
              if (day === null) return <td key={place} />
              const about = t('heatDay', { count: heat.counts.get(day) ?? 0, date: format.date(day) })
              return (
                <td
                  key={day}
                  tabIndex={day === current ? 0 : -1}
                  data-day={day}
                  data-level={levels[day] ?? 0}
                  aria-label={about}
                  aria-selected={isChosen(day)}
                  title={about}
                />
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
})
