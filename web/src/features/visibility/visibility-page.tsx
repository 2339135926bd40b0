import { Anchor } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Card } from '../../components/card.tsx'
import { CardsSkeleton } from '../../components/cards-skeleton.tsx'
import { Page } from '../../components/page.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { SwitchSetting } from '../../components/setting/switch-setting.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useProfile } from '../../session/queries.ts'
import { texts } from './texts.ts'

addTexts('visibility', texts)

/** What others see of the account, and where. */
export function Component() {
  const { t } = useTranslation('visibility')
  const { t: shell } = useTranslation()
  return (
    <Page title={t('title')} description={t('hint')} parent={{ to: '/settings', label: shell('settings') }}>
      <QueryState query={useProfile()} loading={<CardsSkeleton heights={[96]} />}>
        {({ data: { settings, user } }) => (
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
          </Card>
        )}
      </QueryState>
    </Page>
  )
}
