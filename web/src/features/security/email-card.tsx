import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import type { PartProps } from './parts.ts'

export default function EmailCard({ user }: PartProps) {
  const { t } = useTranslation('security')
  return (
    <Card id="email" title={t('email')} description={t(user.email === null ? 'noEmailHint' : 'emailHint')}>
      {user.email !== null && (
        <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
          {user.email}
        </Text>
      )}
    </Card>
  )
}
