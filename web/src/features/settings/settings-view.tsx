import { Skeleton, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { SwitchSetting } from '../../components/setting/switch-setting.tsx'
import { useTimeZones, type ProfileAnswer } from '../../session/queries.ts'
import { LanguageSetting } from './language-setting.tsx'
import { TimeZoneSetting } from './zones/time-zone-setting.tsx'

export function SettingsView({ document }: { document: ProfileAnswer['data'] }) {
  const { t } = useTranslation('settings')
  const { settings } = document
  return (
    <Stack gap="lg">
      <Card title={t('region')} description={t('regionHint')}>
        <QueryState query={useTimeZones()} loading={<Skeleton h={106} />}>
          {(listed) => <TimeZoneSetting settings={settings} listed={listed} />}
        </QueryState>
        <LanguageSetting settings={settings} />
      </Card>
      <Card id="notifications" title={t('notifications')}>
        <SwitchSetting
          name="notifications_enabled"
          settings={settings}
          label={t('notify')}
          description={t('notifyHint')}
        />
      </Card>
    </Stack>
  )
}
