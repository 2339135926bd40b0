import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Failure } from '../../components/query-state.tsx'
import { useWords, useWordsOf } from '../../fields/use-words.ts'
import { useProfileTypes } from '../../session/queries.ts'
import type { Person } from './person.ts'
import { PersonSkeleton } from './person-skeleton.tsx'
import { PersonView } from './person-view.tsx'
import type { Seed } from './seed.ts'

type PersonStateProps = {
  query: UseQueryResult<Person>
  /** What came with the HTML: the catalogues need not be asked for then. */
  seed?: Seed | undefined
  banner?: ReactNode
  isOwn?: boolean
}

/** A person who is loading, cannot be loaded, or is there. */
export function PersonState({ query, seed, ...props }: PersonStateProps) {
  const { data } = query
  const isSeeded = seed?.types.some(({ name }) => name === data?.profile_type)
  if (data && seed && isSeeded) return <SeededPerson person={data} seed={seed} {...props} />
  return <AskingPerson query={query} {...props} />
}

type SeededPersonProps = Omit<PersonStateProps, 'query'> & { person: Person; seed: Seed }

function SeededPerson({ person, seed, ...props }: SeededPersonProps) {
  const words = useWordsOf(seed.subjects)
  return <PersonView person={person} types={seed.types} words={words} {...props} />
}

function AskingPerson({ query, ...props }: Omit<PersonStateProps, 'seed'>) {
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
