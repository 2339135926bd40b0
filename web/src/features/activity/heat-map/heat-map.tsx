import '@mantine/charts/styles.css'
import { Heatmap } from '@mantine/charts'
import { useLayoutEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Format } from '../../../i18n/format.ts'
import type { Filters } from '../filters/filters.ts'
import { firstDayOfWeek, LEVELS, levelsOf, monthNames, weekdayNames, type Heat } from './heat.ts'
import type { Summary } from './use-summary.ts'
import classes from './heat-map.module.css'

type HeatMapProps = {
  /** What it says, in a sentence. */
  label: string
  summary: Summary
  heat: Heat
  filters: Filters
  chooseDay: (day: string) => void
  format: Format
}

const COLORS = Array.from({ length: LEVELS }, (_, level) => `var(--heat-${level + 1})`)

/**
 * The calendar. To a screen reader it is a picture of which a sentence says the gist; a day is chosen with the
 * mouse or a finger here, and with anything by the date filter.
 */
export default function HeatMap({ label, summary, heat, filters, chooseDay, format }: HeatMapProps) {
  const { t } = useTranslation('activity')
  const { language } = format
  const scroller = useRef<HTMLDivElement>(null)
  // On a narrow screen it begins with today.
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ left: scroller.current.scrollWidth })
  }, [])
  const levels = useMemo(() => levelsOf(heat.counts), [heat])
  const names = useMemo(() => {
    const firstDay = firstDayOfWeek(language, navigator.languages)
    return { firstDay, months: monthNames(language), weekdays: weekdayNames(language, firstDay) }
  }, [language])
  const isChosen = (day: string) =>
    (filters.from !== null || filters.to !== null) &&
    (filters.from === null || day >= filters.from) &&
    (filters.to === null || day <= filters.to)

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard has to reach what scrolls
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="group" aria-label={t('heatScroll')}>
      <Heatmap
        className={classes.map}
        role="img"
        aria-label={label}
        data={levels}
        domain={[1, LEVELS]}
        startDate={summary.from}
        endDate={summary.to}
        withOutsideDates={false}
        withMonthLabels
        withWeekdayLabels
        monthLabels={names.months}
        weekdayLabels={names.weekdays}
        firstDayOfWeek={names.firstDay}
        colors={COLORS}
        rectSize={11}
        gap={2}
        withTooltip
        getTooltipLabel={({ date }) =>
          t('heatDay', { count: heat.counts.get(date) ?? 0, date: format.date(date) })
        }
        getRectProps={({ date }) => ({
          onClick: () => chooseDay(date),
          ...(isChosen(date) && { stroke: 'var(--heat-chosen)' }),
        })}
      />
    </div>
  )
}
