import { useTranslation } from 'react-i18next'
import { CardsSkeleton } from '../../components/cards-skeleton.tsx'
import { Page } from '../../components/page.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useProfile, useProfileTypes } from '../../session/queries.ts'
import { texts } from './texts.ts'
import { VisibilityView } from './visibility-view.tsx'

addTexts('visibility', texts)

/** What others see of the account, and where. */
export function Component() {
  const { t } = useTranslation('visibility')
  const { t: shell } = useTranslation()
  const [profile, types] = [useProfile(), useProfileTypes()]
  const loading = <CardsSkeleton heights={[180, 320]} />
  return (
    <Page title={t('title')} parent={{ to: '/settings', label: shell('settings') }}>
      <QueryState query={types} loading={loading}>
        {(known) => (
          <QueryState query={profile} loading={loading}>
            {(latest) => <VisibilityView latest={latest} types={known} />}
          </QueryState>
        )}
      </QueryState>
    </Page>
  )
}
