import { Input, Text } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isDay } from '../days.ts'
import { isInverted, type Filters } from './filters.ts'
import type { ChangeFilters } from './use-filters.ts'
import classes from './filter-bar.module.css'

/** Somebody who types a date passes through others: 2 November on the way to the 22nd. */
const TYPING_MS = 600

type DateRangeProps = { filters: Filters; change: ChangeFilters; today: string }

/** The first and the last day, with the date picker of the browser. */
export function DateRange({ filters, change, today }: DateRangeProps) {
  const { t } = useTranslation('activity')
  const errorId = useId()
  const hasError = isInverted(filters)
  const shared = { today, errorId: hasError ? errorId : undefined }
  return (
    <div className={classes.range}>
      <DayInput {...shared} label={t('from')} value={filters.from} choose={(from) => change({ from })} />
      <DayInput {...shared} label={t('to')} value={filters.to} choose={(to) => change({ to })} />
      {hasError && (
        <Text id={errorId} role="alert" size="sm" c="var(--mantine-color-error)">
          {t('inverted')}
        </Text>
      )}
    </div>
  )
}

type DayInputProps = {
  label: string
  value: string | null
  choose: (day: string | null) => void
  today: string
  /** What says that something is wrong. */
  errorId: string | undefined
}

function DayInput({ label, value, choose, today, errorId }: DayInputProps) {
  const [typed, setTyped] = useState(value ?? '')
  const [known, setKnown] = useState(value)
  if (known !== value) {
    setKnown(value)
    setTyped(value ?? '')
  }
  const commit = useDebouncedCallback((text: string) => choose(text === '' ? null : text), {
    delay: TYPING_MS,
    flushOnUnmount: false,
  })
  return (
    <label className={classes.date}>
      <span>{label}</span>
      <Input
        type="date"
        aria-describedby={errorId}
        error={errorId !== undefined}
        max={today}
        value={typed}
        onChange={({ currentTarget: { value: text } }) => {
          setTyped(text)
          if (text === '' || isDay(text)) commit(text)
        }}
        onBlur={() => commit.flush()}
        onKeyDown={({ key }) => {
          if (key === 'Enter') commit.flush()
        }}
      />
    </label>
  )
}
