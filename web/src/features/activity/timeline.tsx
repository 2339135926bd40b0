import { isProblem, type ActivityEntry } from '@upm/client'
import { Button, Paper, Text, VisuallyHidden } from '@mantine/core'
import { ArrowUp } from 'lucide-react'
import { memo, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../../components/query-state.tsx'
import type { Format } from '../../i18n/format.ts'
import { groupByDay } from './days.ts'
import { EmptyLog } from './empty-log.tsx'
import { useEntries, type Entries } from './entries.ts'
import { openAlarms } from './entry/alarm.ts'
import { Entry } from './entry/entry.tsx'
import { foldEqual } from './entry/fold.ts'
import { FoldedEntries } from './entry/folded-entries.tsx'
import type { Names } from './entry/names.ts'
import { useSession } from '../../session/use-session.ts'
import { hasFilters, toRequest, type Filters } from './filters/filters.ts'
import { TimelineSkeleton } from './timeline-skeleton.tsx'
import { useInView } from '../../components/use-in-view.ts'
import { useKeptPlace } from './use-kept-place.ts'
import classes from './timeline.module.css'

type TimelineProps = {
  filters: Filters
  clearFilters: () => void
  today: string
  names: Names
  format: Format
}

/** The entries under their days, newest first, and more of them as one scrolls. */
export function Timeline({ filters, clearFilters, today, names, format }: TimelineProps) {
  const { t } = useTranslation('activity')
  const region = useRef<HTMLElement>(null)
  const request = useMemo(() => toRequest(filters, format.dayOf), [filters, format])
  const entries = useEntries(request)
  const all = useMemo(() => entries.data?.pages.flatMap(({ data }) => data) ?? [], [entries.data])
  useKeptPlace(entries.data !== undefined && !entries.isPlaceholderData)

  if (!entries.data) return <NoEntries entries={entries} filters={filters} clearFilters={clearFilters} />
  // What was pressed goes away, and the keyboard goes on here.
  const thenFocus = (action: () => void) => () => {
    region.current?.focus({ preventScroll: true })
    action()
  }
  return (
    <section
      ref={region}
      tabIndex={-1}
      aria-label={t('entries')}
      className={classes.timeline}
      data-stale={entries.isPlaceholderData || undefined}
    >
      <News isThere={entries.hasNews} show={thenFocus(() => void entries.startOver())} />
      {all.length === 0 ? (
        <EmptyLog filters={filters} clearFilters={thenFocus(clearFilters)} />
      ) : (
        <>
          <Days entries={all} today={today} names={names} format={format} />
          <End entries={entries} count={all.length} filters={filters} />
        </>
      )}
    </section>
  )
}

type NoEntriesProps = { entries: Entries; filters: Filters; clearFilters: () => void }

/** Before the first page has come, or in its place. */
function NoEntries({ entries: { error, refetch, isFetching }, filters, clearFilters }: NoEntriesProps) {
  if (!error) return <TimelineSkeleton />
  // The address may ask for kinds that this server does not have: of those there are no entries.
  if (isProblem(error, 'validation_failed') && hasFilters(filters))
    return <EmptyLog filters={filters} clearFilters={clearFilters} />
  return (
    <div className={classes.failure}>
      <Failure error={error} retry={() => void refetch()} busy={isFetching} />
    </div>
  )
}

const HEADING_HEIGHT = 46
const ENTRY_HEIGHT = 69

type DaysProps = { entries: readonly ActivityEntry[]; today: string; names: Names; format: Format }

const Days = memo(function Days({ entries, ...shared }: DaysProps) {
  const { config } = useSession()
  const [openedAt] = useState(() => new Date())
  const days = useMemo(() => groupByDay(entries, shared.format.dayOf), [entries, shared.format])
  // Where another service signs people in, there is nothing to be done here.
  const alarms = useMemo(
    () => (config.signIn === null ? NONE : openAlarms(entries, openedAt)),
    [config.signIn, entries, openedAt],
  )
  return days.map(({ day, entries: ofDay }) => (
    <Day key={`${day} ${ofDay[0]?.id}`} day={day} entries={ofDay} alarms={alarms} {...shared} />
  ))
})

const NONE: ReadonlySet<string> = new Set()

type DayProps = DaysProps & { day: string; alarms: ReadonlySet<string> }

function Day({ day, entries, alarms, today, names, format }: DayProps) {
  const id = useId()
  const folds = useMemo(() => foldEqual(entries, names), [entries, names])
  return (
    <section
      aria-labelledby={id}
      className={classes.ofDay}
      style={{ containIntrinsicHeight: `auto ${HEADING_HEIGHT + ENTRY_HEIGHT * folds.length}px` }}
    >
      <h2 id={id} className={classes.day}>
        <time dateTime={day}>{format.dayName(day, today)}</time>
      </h2>
      <Paper component="ol" withBorder className={classes.entries}>
        {folds.map((fold) => {
          const [entry] = fold
          if (!entry) return null
          return fold.length === 1 ? (
            <Entry
              key={entry.id}
              entry={entry}
              isAlarm={alarms.has(entry.id)}
              names={names}
              format={format}
            />
          ) : (
            <FoldedEntries key={entry.id} entries={fold} alarms={alarms} names={names} format={format} />
          )
        })}
      </Paper>
    </section>
  )
}

function News({ isThere, show }: { isThere: boolean; show: () => void }) {
  const { t } = useTranslation('activity')
  return (
    <div className={classes.news} role="status">
      {isThere && (
        <Button radius="xl" leftSection={<ArrowUp size={16} aria-hidden />} onClick={show}>
          {t('newEntries')}
        </Button>
      )}
    </div>
  )
}

type EndProps = { entries: Entries; count: number; filters: Filters }

/** More comes when this is nearly in view; the button is for the keyboard, and for where the screen has room left. */
function End({ entries, count, filters }: EndProps) {
  const { t } = useTranslation('activity')
  const { hasNextPage, isFetchNextPageError, isFetching, isFetchingNextPage, fetchNextPage } = entries
  const canGoOn = hasNextPage && !isFetching && !isFetchNextPageError
  const sentinel = useInView(() => void fetchNextPage(), canGoOn)
  return (
    <div ref={sentinel} className={classes.end}>
      <VisuallyHidden role="status">{t('shown', { count })}</VisuallyHidden>
      {isFetchNextPageError && (
        <Failure error={entries.error} retry={() => void fetchNextPage()} busy={isFetchingNextPage} />
      )}
      {hasNextPage && !isFetchNextPageError && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('loadMore')}
        </Button>
      )}
      {!hasNextPage && (
        <Text size="sm" c="dimmed">
          {t(hasFilters(filters) ? 'endFiltered' : 'end')}
        </Text>
      )}
    </div>
  )
}
