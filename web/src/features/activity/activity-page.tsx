import { Box, Stack } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { useFormat } from '../../session/use-format.ts'
import { useProfile } from '../../session/queries.ts'
import { useNames } from './entry/use-names.ts'
import { DownloadMenu } from './filters/download-menu.tsx'
import { FilterBar } from './filters/filter-bar.tsx'
import { offeredKinds } from './filters/filters.ts'
import { useFilters } from './filters/use-filters.ts'
import { useSummary } from './heat-map/use-summary.ts'
import { YearCard } from './heat-map/year-card.tsx'
import { TimelineSkeleton } from './timeline-skeleton.tsx'
import { Timeline } from './timeline.tsx'
import { useToday } from './use-today.ts'
import { YearFold } from './year-fold.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { texts } from './texts.ts'

addTexts('activity', texts)

/** Where a screen has its aside beside it (components/page.module.css). */
const BESIDE = '(min-width: 56.25em)'

/** What has happened in the account. Days are those of its time zone, which the profile says. */
export function Component() {
  const { t } = useTranslation('activity')
  const { filters, change, clear } = useFilters()
  const [profile, summary, names, format] = [useProfile(), useSummary(), useNames(), useFormat()]
  const today = useToday(format)
  const actions = summary.data?.days.flatMap((day) => Object.keys(day.actions)) ?? []
  const hasRoom = useMediaQuery(BESIDE, undefined, { getInitialValueInEffect: false })
  const [isYearOpen, { toggle: toggleYear }] = useDisclosure(false)
  const yearId = useId()
  const year = <YearCard query={summary} filters={filters} change={change} format={format} />
  return (
    <Page
      size="wide"
      title={t('title')}
      description={t('description')}
      actions={<DownloadMenu filters={filters} names={names} format={format} />}
      aside={hasRoom ? year : undefined}
    >
      <Stack gap={4}>
        <FilterBar
          filters={filters}
          change={change}
          kinds={offeredKinds(actions)}
          today={today}
          beside={!hasRoom && <YearFold id={yearId} isOpen={isYearOpen} toggle={toggleYear} />}
        />
        {!hasRoom && isYearOpen && (
          <Box id={yearId} mt="sm">
            {year}
          </Box>
        )}
        <QueryState query={profile} loading={<TimelineSkeleton />}>
          {() =>
            names ? (
              <Timeline filters={filters} clearFilters={clear} today={today} names={names} format={format} />
            ) : (
              <TimelineSkeleton />
            )
          }
        </QueryState>
      </Stack>
    </Page>
  )
}
