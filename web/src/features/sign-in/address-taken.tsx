import { Alert, Anchor, Stack, Text } from '@mantine/core'
import { UserRoundCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { withNext } from './next-path.ts'

/** There may be an account of this address already. That it is so is not said to anybody who has no password for it. */
export function AddressTaken({ next }: { next: string }) {
  const { t } = useTranslation('signIn')
  return (
    <Alert variant="default" role="alert" icon={<UserRoundCheck aria-hidden />} title={t('takenTitle')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('takenText')}</Text>
        <Anchor component={Link} to={withNext('/sign-in', next)} size="sm" underline="always">
          {t('signIn')}
        </Anchor>
        <Anchor component={Link} to="/forgot-password" size="sm" underline="always">
          {t('forgotTitle')}
        </Anchor>
      </Stack>
    </Alert>
  )
}
