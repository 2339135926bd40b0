import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Page } from '../../components/page.tsx'
import { useSessionState } from '../../session/use-session.ts'

/** It is the same whether there is no such account or its profile is nobody's business: which one is not to be learned. */
export function NoSuchPerson() {
  const { t } = useTranslation('people')
  const isSignedIn = useSessionState() === 'signed-in'
  return (
    <Page title={t('nobodyTitle')} size="sm">
      <meta name="robots" content="noindex" />
      <Text>{t('nobodyText')}</Text>
      <div>
        <Button component={Link} to={isSignedIn ? '/profile' : '/sign-in'} variant="default">
          {isSignedIn ? t('toOwn') : t('toSignIn')}
        </Button>
      </div>
    </Page>
  )
}
