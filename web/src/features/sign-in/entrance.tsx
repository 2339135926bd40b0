import { Paper, Stack } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { NetworkError } from '@upm/client'
import { lazy, Suspense, type ReactNode } from 'react'
import { Page } from '../../components/page.tsx'
import { Failure, Loading } from '../../components/query-state.tsx'
import { useSession, useSessionState } from '../../session/use-session.ts'
import classes from './entrance.module.css'

/** On a desk alone, and later than the form: a phone does not load it. */
const EntranceAside = lazy(() =>
  import('./entrance-aside.tsx').catch(() => ({ default: (): ReactNode => null })),
)

type EntranceProps = {
  title: string
  children: ReactNode
  /** Where else to go from here. */
  footer?: ReactNode
}

/** A screen in front of the account: on a desk the form is in the left half, and what one gets in the right one. */
export function Entrance({ title, children, footer }: EntranceProps) {
  const session = useSession()
  const state = useSessionState()
  const isDesk = useMediaQuery('(min-width: 56.25em)', undefined, { getInitialValueInEffect: false })
  if (state === 'starting') return <Loading />
  return (
    <div className={classes.halves}>
      <Page title={title} size="xs">
        {state === 'unreachable' ? (
          <Failure error={new NetworkError(undefined)} retry={() => void session.start()} />
        ) : (
          <Paper withBorder p={{ base: 'md', sm: 'lg' }}>
            {children}
          </Paper>
        )}
        {footer !== undefined && (
          <Stack gap={4} align="center" ta="center">
            {footer}
          </Stack>
        )}
      </Page>
      {isDesk && (
        <div className={classes.aside}>
          <Suspense>
            <EntranceAside />
          </Suspense>
        </div>
      )}
    </div>
  )
}
