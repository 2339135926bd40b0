import { Anchor, Group, Skeleton, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { loadPart } from '../../../components/loading.ts'
import { Card } from '../../../components/card.tsx'
import { QueryState } from '../../../components/query-state.tsx'
import type { Format } from '../../../i18n/format.ts'
import type { Filters } from '../filters/filters.ts'
import type { ChangeFilters } from '../filters/use-filters.ts'
import { heatOf, LEVELS, type Heat } from './heat.ts'
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
                  label={gist(heat, t)}
                  summary={loaded}
                  heat={heat}
                  filters={filters}
                  chooseDay={chooseDay}
                  format={format}
                />
                <Legend />
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
      <Anchor component="button" type="button" inherit underline="always" onClick={() => chooseDay(busiest)}>
        {t('heatBusiest', { date: format.date(busiest), entries: counts.get(busiest) ?? 0 })}
      </Anchor>
    </>
  )
}

function gist({ counts, total }: Heat, t: TFunction<'activity'>): string {
  const days = t('heatDays', { count: counts.size })
  return t('heatSummary', { total: t('heatTotal', { count: total }), days })
}

/** On a phone they take two lines. */
function WordsSkeleton() {
  return (
    <>
      <Skeleton component="span" display="inline-block" h={12} w={240} maw="90%" />
      <Skeleton component="span" display="inline-block" h={12} w={200} hiddenFrom="sm" />
    </>
  )
}

function YearSkeleton() {
  return (
    <>
      <Skeleton className={classes.place} />
      <Legend />
    </>
  )
}

function Legend() {
  const { t } = useTranslation('activity')
  return (
    <Group gap={4} justify="flex-end" mt="xs" aria-hidden className={classes.legend}>
      <span>{t('less')}</span>
      {Array.from({ length: LEVELS + 1 }, (_, level) => (
        <span key={level} className={classes.sample} data-level={level} />
      ))}
      <span>{t('more')}</span>
    </Group>
  )
}
