import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Failure } from '../../components/query-state.tsx'
import { useWords } from '../../fields/use-words.ts'
import { useProfileTypes } from '../../session/queries.ts'
import type { Person } from './person.ts'
import { PersonSkeleton } from './person-skeleton.tsx'
import { PersonView } from './person-view.tsx'

type PersonStateProps = {
  query: UseQueryResult<Person>
  banner?: ReactNode
  isOwn?: boolean
}

/** A person who is loading, cannot be loaded, or is there. */
export function PersonState({ query, ...props }: PersonStateProps) {
  const { t } = useTranslation('people')
  const types = useProfileTypes()
  const words = useWords()
  if (query.data && types.data) {
    return <PersonView person={query.data} types={types.data} words={words} {...props} />
  }
  const failed = [query, types].find(({ error }) => error !== null)
  if (!failed) return <PersonSkeleton />
  return (
    <Page title={t('title')} size="sm">
      <Failure error={failed.error} retry={() => void failed.refetch()} busy={failed.isFetching} />
    </Page>
  )
}
