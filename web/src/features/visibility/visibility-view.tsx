import { Anchor, Group, List, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ProfileType } from '@upm/client'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useHref, useNavigate } from 'react-router'
import { Card } from '../../components/card.tsx'
import { SettingHead } from '../../components/setting/setting-head.tsx'
import { Failure } from '../../components/query-state.tsx'
import { fieldAt } from '../../fields/field-at.ts'
import { fieldLabel, type Field } from '../../fields/field-schema.ts'
import { useWords } from '../../fields/use-words.ts'
import type { ProfileAnswer } from '../../session/queries.ts'
import { useClient } from '../../session/use-session.ts'
import { MissingFields, NotPublished } from '../publishing/missing-fields.tsx'
import { ShareAddress } from '../publishing/share-address.tsx'
import { usePublishing } from '../publishing/use-publishing.ts'
import { visibilityQuery } from '../publishing/visibility-query.ts'
import { seenFields } from './seen-fields.ts'

type VisibilityViewProps = { latest: ProfileAnswer; types: readonly ProfileType[] }

/** Who sees the profile and where, and which fields they see. */
export function VisibilityView({ latest, types }: VisibilityViewProps) {
  return (
    <Stack gap="lg">
      <StatusCard latest={latest} types={types} />
      <FieldsCard latest={latest} types={types} />
    </Stack>
  )
}

function StatusCard({ latest, types }: VisibilityViewProps) {
  const { t } = useTranslation('visibility')
  const { label } = useWords()
  const navigate = useNavigate()
  const hintId = useId()
  const publish = usePublishing()
  const visibility = useQuery({
    ...visibilityQuery(useClient(), latest.version),
    // What was true a moment ago stays until the new answer is there.
    placeholderData: (previous) => previous,
  })
  const { settings, user } = latest.data
  const path = `/people/${user.id}`
  const own = `${location.origin}${useHref(path)}`
  const isPublic = publish.isPending ? publish.variables : settings.privacy_public_profile
  const missing = visibility.data?.reasons.find(({ code }) => code === 'incomplete')?.fields ?? []

  const nameOf = (at: string) => {
    const field = fieldAt(types, at)
    return field ? fieldLabel(field, label) : t('photo')
  }
  const jump = (at: string) => void navigate(`/profile?field=${encodeURIComponent(at)}`)

  return (
    <Card title={t('status')}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <SettingHead label={t('public')} htmlFor="privacy_public_profile" saving={publish} />
          <Text size="sm" c="dimmed" id={hintId}>
            {t('publicHint')}
          </Text>
        </div>
        <Switch
          id="privacy_public_profile"
          size="md"
          checked={isPublic}
          disabled={publish.isPending}
          onChange={({ currentTarget }) => publish.mutate(currentTarget.checked)}
          aria-describedby={hintId}
        />
      </Group>
      {publish.error && <NotPublished error={publish.error} nameOf={nameOf} onJump={jump} />}
      {visibility.error && <Failure error={visibility.error} retry={() => void visibility.refetch()} />}
      {visibility.data && (
        <>
          <div role="status">
            <Text size="sm">{t(visibility.data.shown ? 'shown' : 'private')}</Text>
          </div>
          {missing.length > 0 && !publish.error && (
            <div>
              <Text size="sm" mb={4}>
                {t('incomplete')}
              </Text>
              <MissingFields paths={missing} nameOf={nameOf} onJump={jump} />
            </div>
          )}
          {visibility.data.shown ? (
            <ShareAddress
              address={new URL(visibility.data.address ?? own, location.origin).href}
              path={path}
              name={`${user.first_name} ${user.last_name}`.trim()}
            />
          ) : (
            <Anchor component={Link} to={path} size="sm" w="fit-content">
              {t('preview')}
            </Anchor>
          )}
        </>
      )}
    </Card>
  )
}

function FieldsCard({ latest: { data }, types }: VisibilityViewProps) {
  const { t } = useTranslation('visibility')
  const { label } = useWords()
  const held = types.filter(({ section }) => data[section] !== null && data[section] !== undefined)
  const { shown, hidden } = seenFields(held)
  const names = (fields: readonly Field[]) => fields.map((field) => fieldLabel(field, label))
  return (
    <Card
      title={t('everybody')}
      description={t('everybodyHint')}
      aside={
        <Anchor component={Link} to="/profile" size="sm">
          {t('edit')}
        </Anchor>
      }
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Names names={[t('photo'), ...names(shown)]} />
        <div>
          <Title order={3} size="h5" mb="xs">
            {t('onlyYou')}
          </Title>
          <Names names={[...names(hidden), t('email'), t('settings'), t('activity')]} />
        </div>
      </SimpleGrid>
    </Card>
  )
}

function Names({ names }: { names: readonly string[] }) {
  return (
    <List size="sm" spacing={6}>
      {names.map((name) => (
        <List.Item key={name}>{name}</List.Item>
      ))}
    </List>
  )
}
