import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link, useHref } from 'react-router'
import { useClient } from '../../session/use-session.ts'
import { Entrance } from './entrance.tsx'
import { withNext } from './next-path.ts'
import { Resend } from './resend.tsx'

type CheckMailProps = { email: string; next: string; onBack: () => void }

/** The account is there, and waits for its address to be confirmed. */
export function CheckMail({ email, next, onBack }: CheckMailProps) {
  const { t } = useTranslation('signIn')
  const client = useClient()
  const callbackURL = useHref(withNext('/sign-in?confirmed=1', next))
  return (
    <Entrance
      title={t('checkMail')}
      footer={
        <Anchor component={Link} to={withNext('/sign-in', next)} size="sm" underline="always">
          {t('toSignIn')}
        </Anchor>
      }
    >
      <Stack gap="lg">
        <Text>{t('confirmSent', { email })}</Text>
        <Resend send={() => client.auth.sendVerificationEmail({ email, callbackURL })} />
        <Button variant="subtle" onClick={onBack}>
          {t('otherAddress')}
        </Button>
      </Stack>
    </Entrance>
  )
}
