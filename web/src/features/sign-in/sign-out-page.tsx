import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useLocation } from 'react-router'
import { Failure } from '../../components/query-state.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useSession, useSessionState } from '../../session/use-session.ts'
import { Entrance } from './entrance.tsx'
import { texts } from './texts.ts'

addTexts('signIn', texts)

/**
 * The way out is a screen, so that whoever has unsaved changes is asked on the way to it, as on the way to any other. It
 * signs out by itself when the account menu leads here; a link from elsewhere only offers it.
 */
export function Component() {
  const { t } = useTranslation('signIn')
  const { signOut } = useSession()
  const state = useSessionState()
  const isAsked = useLocation().state === ASKED
  const leaving = useMutation({ mutationFn: signOut })
  const leave = useEffectEvent(() => isAsked && leaving.isIdle && leaving.mutate())
  useEffect(() => {
    if (state === 'signed-in') leave()
  }, [state])

  // Whoever is next on this device begins anew, and not where this one was.
  if (state === 'signed-out') return <Navigate to="/sign-in" replace />
  return (
    <Entrance title={t('signOutTitle')}>
      <Stack gap="lg">
        {leaving.error ? <Failure error={leaving.error} /> : <Text>{t('signOutText')}</Text>}
        <Button fullWidth loading={leaving.isPending} onClick={() => leaving.mutate()}>
          {t('signOut')}
        </Button>
      </Stack>
    </Entrance>
  )
}

/** The state of the navigation by which somebody asks for it. */
const ASKED = 'asked'
