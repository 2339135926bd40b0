import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Page } from '../components/page.tsx'
import { useIsSignedIn } from '../session/use-session.ts'

export function NotFound() {
  const { t } = useTranslation()
  const isSignedIn = useIsSignedIn()
  return (
    <Page title={t('notFoundTitle')} size="sm">
      <Text>{t('notFoundText')}</Text>
      <div>
        <Button component={Link} to={isSignedIn ? '/profile' : '/sign-in'}>
          {t(isSignedIn ? 'toProfile' : 'signIn')}
        </Button>
      </div>
    </Page>
  )
}
