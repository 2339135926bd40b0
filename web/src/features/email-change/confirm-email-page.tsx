import { Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useNavigate } from 'react-router'
import { showToast } from '../../components/toast.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { useClient, useSessionState } from '../../session/use-session.ts'
import { Entrance } from '../sign-in/entrance.tsx'
import { OwnSignIn } from '../sign-in/own-sign-in.tsx'
import { withNext } from '../sign-in/next-path.ts'
import { LinkPage } from './link-page.tsx'
import { texts } from './texts.ts'

addTexts('emailChange', texts)

/** Where the mail to a new address leads. The link and the session together confirm it. */
export function Component() {
  return (
    <OwnSignIn>
      <ConfirmEmail />
    </OwnSignIn>
  )
}

function ConfirmEmail() {
  const { t } = useTranslation('emailChange')
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { hash } = useLocation()
  const isSignedOut = useSessionState() === 'signed-out'
  if (isSignedOut) {
    return (
      <Entrance title={t('confirmTitle')}>
        <Stack gap="lg">
          <Text>{t('signInFirst')}</Text>
          <Button component={Link} to={withNext('/sign-in', `/confirm-email${hash}`)} fullWidth>
            {t('signIn')}
          </Button>
        </Stack>
      </Entrance>
    )
  }
  return (
    <LinkPage
      title={t('confirmTitle')}
      text={t('confirmText')}
      submit={t('confirm')}
      send={async (token) => {
        await client.auth.confirmEmailChange(token)
        await queries.invalidateQueries()
        showToast({ color: 'teal', message: t('confirmed') })
        await navigate('/security', { replace: true })
      }}
    />
  )
}
