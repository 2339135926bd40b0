import { Anchor, Skeleton, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { loadPart } from '../../../components/loading.ts'
import { Card } from '../../../components/card.tsx'
import { QueryState } from '../../../components/query-state.tsx'
import type { Format } from '../../../i18n/format.ts'
import type { Filters } from '../filters/filters.ts'
import type { ChangeFilters } from '../filters/use-filters.ts'
import { heatOf, rangesOf, type Heat } from './heat.ts'
import type { useSummary } from './use-summary.ts'
import classes from './heat-map.module.css'

const HeatMap = lazy(loadPart(() => import('./heat-map.tsx')))

type YearCardProps = {
  query: ReturnType<typeof useSummary>
  filters: Filters
  change: ChangeFilters
  format: Format
}

/** The last year as a calendar of how much happened on each day. */
export function YearCard({ query, filters, change, format }: YearCardProps) {
  const { t } = useTranslation('activity')
  const { data: summary } = query
  const { kinds } = filters
  const heat = useMemo(() => summary && heatOf(summary.days, kinds), [summary, kinds])
  // The chosen day once more lets go of it.
  const chooseDay = (day: string) =>
    change(filters.from === day && filters.to === day ? { from: null, to: null } : { from: day, to: day })
  return (
    <Card
      title={t('year')}
      description={<InWords heat={heat} isPending={query.isPending} format={format} chooseDay={chooseDay} />}
    >
      <div className={classes.heat}>
        <QueryState query={query} loading={<YearSkeleton />}>
          {(loaded) =>
            heat && (
              <Suspense fallback={<YearSkeleton />}>
                <HeatMap
                  summary={loaded}
                  heat={heat}
                  filters={filters}
                  chooseDay={chooseDay}
                  format={format}
                />
                <Legend heat={heat} format={format} />
                {loaded.note === 'counted_in_utc' && (
                  <Text size="sm" c="dimmed">
                    {t('heatInUtc', { zone: loaded.timezone })}
                  </Text>
                )}
              </Suspense>
            )
          }
        </QueryState>
      </div>
    </Card>
  )
}

type InWordsProps = {
  heat: Heat | undefined
  isPending: boolean
  format: Format
  chooseDay: (day: string) => void
}

/** What the colours say, for everybody. */
function InWords({ heat, isPending, format, chooseDay }: InWordsProps) {
  const { t } = useTranslation('activity')
  if (!heat) return isPending && <WordsSkeleton />
  const { busiest, counts } = heat
  if (busiest === undefined) return t('heatNone')
  return (
    <>
      {gist(heat, t)}{' '}
      <Anchor
        component="button"
        type="button"
        inherit
        ta="start"
        underline="always"
        onClick={() => chooseDay(busiest)}
      >
        {t('heatBusiest', { date: format.date(busiest), entries: counts.get(busiest) ?? 0 })}
      </Anchor>
    </>
  )
}

function gist({ counts, total }: Heat, t: TFunction<'activity'>): string {
  return t('heatSummary', { count: total, days: counts.size })
}

function WordsSkeleton() {
  return (
    <>
      <Skeleton component="span" display="inline-block" h={12} w={240} maw="90%" />
      <Skeleton component="span" display="inline-block" h={12} w={200} maw="80%" />
    </>
  )
}

const YearSkeleton = () => <Skeleton className={classes.place} />

/** How many entries each colour means. */
function Legend({ heat, format }: { heat: Heat; format: Format }) {
  const numbers = useMemo(() => rangesOf(heat.counts), [heat])
  const range = (least: number, most: number) =>
    least === most ? format.number(least) : `${format.number(least)}–${format.number(most)}`
  return (
    <div aria-hidden className={classes.legend}>
      {[{ level: 0, least: 0, most: 0 }, ...numbers].map(({ level, least, most }) => (
        <span key={level}>
          <span className={classes.sample} data-level={level} />
          {range(least, most)}
        </span>
      ))}
    </div>
  )
}
