import { Stack } from '@mantine/core'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { CardsSkeleton } from '../../components/cards-skeleton.tsx'
import { Page } from '../../components/page.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useProfile } from '../../session/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { parts } from './parts.ts'
import { texts } from './texts.ts'

addTexts('security', texts)

export function Component() {
  const { t } = useTranslation('security')
  const { t: shell } = useTranslation()
  const { config } = useSession()
  const profile = useProfile()
  const skeleton = <CardsSkeleton heights={[48, 36, 170]} />
  return (
    <Page title={t('title')} parent={{ to: '/settings', label: shell('settings') }}>
      <QueryState query={profile} loading={skeleton}>
        {({ data: { user } }) => (
          // All of them at once, so that none moves another.
          <Suspense fallback={skeleton}>
            <Stack gap="lg">
              {parts
                .filter(({ isOn }) => isOn(config))
                .map(({ id, Part }) => (
                  <Part key={id} user={user} />
                ))}
            </Stack>
          </Suspense>
        )}
      </QueryState>
    </Page>
  )
}
