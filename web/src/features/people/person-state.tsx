import { Anchor, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ProfileType } from '@upm/client'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Card } from '../../components/card.tsx'
import { Page } from '../../components/page.tsx'
import { Failure } from '../../components/query-state.tsx'
import { FieldList } from '../../fields/field-list.tsx'
import { useWords } from '../../fields/use-words.ts'
import { useProfileTypes } from '../../session/queries.ts'
import { AvatarImage } from '../../components/avatar/avatar-image.tsx'
import { fullName, shownSections, type Person, type ShownSection } from './person.ts'
import { PersonSkeleton } from './person-skeleton.tsx'

type PersonStateProps = {
  query: UseQueryResult<Person>
  banner?: ReactNode
  isOwn?: boolean
}

/** A person who is loading, cannot be loaded, or is there. */
export function PersonState({ query, ...props }: PersonStateProps) {
  const { t } = useTranslation('people')
  const types = useProfileTypes()
  if (query.data && types.data) return <PersonView person={query.data} types={types.data} {...props} />
  const failed = [query, types].find(({ error }) => error !== null)
  if (!failed) return <PersonSkeleton />
  return (
    <Page title={t('title')} size="sm">
      <Failure error={failed.error} retry={() => void failed.refetch()} busy={failed.isFetching} />
    </Page>
  )
}

type PersonViewProps = Omit<PersonStateProps, 'query'> & { person: Person; types: readonly ProfileType[] }

function PersonView({ person, types, banner, isOwn = false }: PersonViewProps) {
  const { t } = useTranslation('people')
  const sections = shownSections(person, types)
  return (
    <Page
      title={fullName(person) || t('noName')}
      description={sections[0]?.lead}
      banner={banner}
      leading={<AvatarImage avatar={person.avatar} name={person} size={96} />}
      size="sm"
    >
      <Stack gap="lg">
        {sections.map((section, index) => (
          <Section key={section.type.name} section={section} isFirst={index === 0} isOwn={isOwn} />
        ))}
      </Stack>
    </Page>
  )
}

type SectionProps = { section: ShownSection; isFirst: boolean; isOwn: boolean }

function Section({ section: { type, lead, fields }, isFirst, isOwn }: SectionProps) {
  const { t } = useTranslation('people')
  const { label } = useWords()
  return (
    <Card title={label(type.labels)} description={isFirst ? undefined : lead}>
      {fields.length > 0 ? (
        <FieldList fields={fields} />
      ) : (
        <Text c="dimmed">
          {t('nothingYet')}{' '}
          {isOwn && (
            <Anchor component={Link} to="/profile" underline="always">
              {t('fillIn')}
            </Anchor>
          )}
        </Text>
      )}
    </Card>
  )
}
