import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { useProfile } from '../../session/queries.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { SettingsSkeleton } from './settings-skeleton.tsx'
import { SettingsView } from './settings-view.tsx'
import { texts } from './texts.ts'

addTexts('settings', texts)

export function Component() {
  const { t } = useTranslation('settings')
  return (
    <Page title={t('title')} description={t('hint')}>
      <QueryState query={useProfile()} loading={<SettingsSkeleton />}>
        {({ data }) => <SettingsView document={data} />}
      </QueryState>
    </Page>
  )
}
