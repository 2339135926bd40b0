import { Anchor, Skeleton, Stack } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { loadPart } from '../../components/loading.ts'
import { Card } from '../../components/card.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { useTimeZones, type ProfileAnswer } from '../../session/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { LanguageSetting } from './language-setting.tsx'
import { SwitchSetting } from './switch-setting.tsx'
import { TimeZoneSetting } from './time-zone-setting.tsx'

/** Below the fold, and not everywhere: it comes after the rest. */
const SignInCards = lazy(loadPart(() => import('./sign-in-cards.tsx')))

export function SettingsView({ document }: { document: ProfileAnswer['data'] }) {
  const { t } = useTranslation('settings')
  const { config } = useSession()
  const { settings, user } = document
  return (
    <Stack gap="lg">
      <Card title={t('region')} description={t('regionHint')}>
        <QueryState query={useTimeZones()} loading={<Skeleton h={106} />}>
          {(listed) => <TimeZoneSetting settings={settings} listed={listed} />}
        </QueryState>
        <LanguageSetting settings={settings} />
      </Card>
      <Card title={t('others')}>
        <SwitchSetting
          name="privacy_public_profile"
          settings={settings}
          label={t('public')}
          description={t('publicHint')}
        >
          <Anchor component={Link} to={`/people/${user.id}`} size="sm" mt="xs" display="inline-block">
            {t('preview')}
          </Anchor>
        </SwitchSetting>
        <SwitchSetting
          name="notifications_enabled"
          settings={settings}
          label={t('notify')}
          description={t('notifyHint')}
        />
      </Card>
      {config.signIn !== null && (
        <Suspense fallback={<Skeleton h={320} radius="lg" />}>
          <SignInCards email={user.email} />
        </Suspense>
      )}
    </Stack>
  )
}
