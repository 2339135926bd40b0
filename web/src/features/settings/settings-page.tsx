import { useTranslation } from 'react-i18next'
import { CardsSkeleton } from '../../components/cards-skeleton.tsx'
import { Page } from '../../components/page.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { useProfile } from '../../session/queries.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { PhoneLinks } from './phone-links.tsx'
import { SettingsView } from './settings-view.tsx'
import { texts } from './texts.ts'

addTexts('settings', texts)

export function Component() {
  const { t } = useTranslation('settings')
  return (
    <Page title={t('title')} description={t('hint')}>
      <PhoneLinks />
      <QueryState query={useProfile()} loading={<CardsSkeleton heights={[190, 96]} />}>
        {({ data }) => <SettingsView document={data} />}
      </QueryState>
    </Page>
  )
}
