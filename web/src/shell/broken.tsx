import { Button, Stack, Text } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useRouteError } from 'react-router'
import { NotLoadedError } from '../components/loading.ts'
import { Page } from '../components/page.tsx'
import { Loading } from '../components/query-state.tsx'
import { browser, decideRecovery } from './recovery.ts'

/** In the place of a screen that has thrown, or whose script has not come. */
export function Broken() {
  const error = useRouteError()
  const { pathname } = useLocation()
  // A new place is a new try.
  return error instanceof NotLoadedError ? <NotLoaded key={pathname} address={pathname} /> : <Thrown />
}

function Thrown() {
  const { t } = useTranslation()
  return (
    <Page title={t('brokenTitle')} size="sm">
      <Stack align="flex-start" role="alert">
        <Text>{t('brokenText')}</Text>
        <Button onClick={() => location.reload()}>{t('reload')}</Button>
      </Stack>
    </Page>
  )
}

/** The router and some browsers keep the failure of a script, so the page is loaded again, as soon as it can be. */
function NotLoaded({ address }: { address: string }) {
  const { t } = useTranslation()
  const [state, setState] = useState<'trying' | 'offline' | 'broken'>('trying')

  const hasWaited = state === 'offline'
  const retry = useCallback(async () => {
    const next = await decideRecovery(browser, address, hasWaited)
    if (next === 'reload') location.reload()
    else setState(next)
  }, [address, hasWaited])

  useEffect(() => {
    const onOnline = () => void retry()
    if (state === 'trying') onOnline()
    window.addEventListener('online', onOnline)
    return () => window.removeEventListener('online', onOnline)
  }, [retry, state])

  if (state === 'trying') return <Loading />
  if (state === 'broken') return <Thrown />
  return (
    <Page title={t('offlineTitle')} size="sm">
      <Stack align="flex-start" role="alert">
        <Text>{t('offlineText')}</Text>
        <Button variant="default" onClick={() => void retry()}>
          {t('retry')}
        </Button>
      </Stack>
    </Page>
  )
}
