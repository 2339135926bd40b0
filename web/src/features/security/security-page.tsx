import { Anchor, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { Page } from '../../components/page.tsx'
import { CardsSkeleton } from '../../components/cards-skeleton.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useProfile } from '../../session/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { PasswordCard } from './password-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { texts } from './texts.ts'

addTexts('security', texts)

export function Component() {
  const { t } = useTranslation('security')
  const { t: shell } = useTranslation()
  const { config } = useSession()
  const profile = useProfile()
  return (
    <Page title={t('title')} parent={{ to: '/settings', label: shell('settings') }}>
      {config.signIn === null ? (
        <OutsideCard url={config.signInUrl} />
      ) : (
        <QueryState query={profile} loading={<CardsSkeleton heights={[260, 170]} />}>
          {({ data }) => (
            <Stack gap="lg">
              <PasswordCard email={data.user.email} />
              <SessionsCard />
            </Stack>
          )}
        </QueryState>
      )}
    </Page>
  )
}

/** Where another service signs people in, it has their password and their devices. */
function OutsideCard({ url }: { url: string | null }) {
  const { t } = useTranslation('security')
  return (
    <Card title={t('password')}>
      <Text>{t('outside')}</Text>
      {url !== null && (
        <Anchor href={url} underline="always">
          {t('toOutside')}
        </Anchor>
      )}
    </Card>
  )
}
