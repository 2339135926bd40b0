import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link, Navigate, useSearchParams } from 'react-router'
import { useSession, useSessionState } from '../../session/use-session.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { Entrance } from './entrance.tsx'
import { withNext } from './next-path.ts'
import { NoticeAlert } from './notice-alert.tsx'
import { noticeIn } from './notices.ts'
import { OutsideSignIn } from './outside-sign-in.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { useNext } from './use-next.ts'
import { texts } from './texts.ts'

addTexts('signIn', texts)

export function Component() {
  const { t } = useTranslation('signIn')
  const { config } = useSession()
  const isSignedIn = useSessionState() === 'signed-in'
  const [params] = useSearchParams()
  const next = useNext()
  const notice = noticeIn(params)
  // What was wrong with a link is said also to whoever is signed in already; all others go on at once.
  if (isSignedIn && notice?.kind !== 'fault') return <Navigate to={next} replace />
  if (config.signIn === null) return <OutsideSignIn next={next} notice={notice} />
  return (
    <Entrance title={t('title')} footer={isSignedIn ? undefined : <ToSignUp next={next} />}>
      <Stack gap="lg">
        {notice && <NoticeAlert notice={notice} />}
        {isSignedIn ? (
          <Button component={Link} to={next} fullWidth>
            {t('goOn')}
          </Button>
        ) : (
          <SignInForm next={next} />
        )}
      </Stack>
    </Entrance>
  )
}

/** Where the way in is an invitation, that is said, and where there is none, nothing. */
function ToSignUp({ next }: { next: string }) {
  const { t } = useTranslation('signIn')
  const { config } = useSession()
  if (config.signIn?.signUp === 'off') return null
  if (config.signIn?.signUp === 'invited') return <Text size="sm">{t('byInvitation')}</Text>
  return (
    <Text size="sm">
      {t('noAccountYet')}{' '}
      <Anchor component={Link} to={withNext('/sign-up', next)} inherit underline="always">
        {t('toSignUp')}
      </Anchor>
    </Text>
  )
}
