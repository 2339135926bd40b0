import { Anchor, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { useSession } from '../../session/use-session.ts'

/** Where another service signs people in, it has their password and their devices. */
export default function OutsideCard() {
  const { t } = useTranslation('security')
  const { signInUrl } = useSession().config
  return (
    <Card title={t('password')}>
      <Text>{t('outside')}</Text>
      {signInUrl !== null && (
        <Anchor href={signInUrl} underline="always">
          {t('toOutside')}
        </Anchor>
      )}
    </Card>
  )
}
