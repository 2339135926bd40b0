import { Anchor, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { addTexts } from '../../i18n/i18n.ts'
import { Loading } from '../../components/query-state.tsx'
import { useProfileTypes } from '../../session/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { CheckMail } from './check-mail.tsx'
import { Entrance } from './entrance.tsx'
import { readInvitation } from './invitation.ts'
import { withNext } from './next-path.ts'
import { OwnEntrance } from './own-entrance.tsx'
import { SignUpForm } from './sign-up-form.tsx'
import { useNext } from './use-next.ts'
import { texts } from './texts.ts'

addTexts('signIn', texts)

export function Component() {
  const { t } = useTranslation('signIn')
  const next = useNext()
  const { config } = useSession()
  const mode = config.signIn?.signUp ?? 'open'
  const invitation = readInvitation(useLocation().hash)
  const mayEnter = mode === 'open' || (mode === 'invited' && invitation !== undefined)
  /** Whom a mail was sent to. */
  const [mailed, setMailed] = useState<string>()
  // The roles are asked for with the form, which would move when they come later.
  const { isPending } = useProfileTypes()
  if (mayEnter && isPending) return <Loading />
  return (
    <OwnEntrance>
      {mailed === undefined ? (
        <Entrance
          title={t('signUpTitle')}
          footer={
            <Text size="sm">
              {t('haveAccount')}{' '}
              <Anchor component={Link} to={withNext('/sign-in', next)} inherit underline="always">
                {t('signIn')}
              </Anchor>
            </Text>
          }
        >
          {mayEnter ? (
            <SignUpForm next={next} invitation={invitation} onMailed={setMailed} />
          ) : (
            <Text>{t(mode === 'off' ? 'signUpClosed' : 'invitationNeeded')}</Text>
          )}
        </Entrance>
      ) : (
        <CheckMail email={mailed} next={next} onBack={() => setMailed(undefined)} />
      )}
    </OwnEntrance>
  )
}
