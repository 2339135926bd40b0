import { Button, Stack, Text } from '@mantine/core'
import { ExternalLink } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useHref } from 'react-router'
import { useSession } from '../../session/use-session.ts'
import { Entrance } from './entrance.tsx'
import { NoticeAlert } from './notice-alert.tsx'
import type { Notice } from './notices.ts'

/** Another service signs people in, and sends them back here. */
export function OutsideSignIn({ next, notice }: { next: string; notice: Notice | undefined }) {
  const { t } = useTranslation('signIn')
  const { config, outsideSignIn } = useSession()
  const returnTo = `${location.origin}${useHref(next)}`

  function leave() {
    const address = outsideSignIn(returnTo)
    if (address !== null) location.assign(address)
  }

  return (
    <Entrance title={t('title')}>
      <Stack gap="lg">
        {notice && <NoticeAlert notice={notice} />}
        {config.signInUrl === null ? (
          <Text>{t('outsideUnknown')}</Text>
        ) : (
          <>
            <Text>{t('outside', { host: new URL(config.signInUrl).host })}</Text>
            <Button onClick={leave} fullWidth rightSection={<ExternalLink size={16} aria-hidden />}>
              {t('toOutside')}
            </Button>
          </>
        )}
      </Stack>
    </Entrance>
  )
}
