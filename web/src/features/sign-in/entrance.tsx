import { Paper, Stack } from '@mantine/core'
import { NetworkError } from '@upm/client'
import type { ReactNode } from 'react'
import { Page } from '../../components/page.tsx'
import { Failure, Loading } from '../../components/query-state.tsx'
import { useSession, useSessionState } from '../../session/use-session.ts'

type EntranceProps = {
  title: string
  children: ReactNode
  /** Where else to go from here. */
  footer?: ReactNode
}

/** A screen in front of the account: one card, under the mark of the product. */
export function Entrance({ title, children, footer }: EntranceProps) {
  const session = useSession()
  const state = useSessionState()
  if (state === 'starting') return <Loading />
  return (
    <Page title={title} size="xs" isCentered leading={<img src="./icon.svg" alt="" width={48} height={48} />}>
      {state === 'unreachable' ? (
        <Failure error={new NetworkError(undefined)} retry={() => void session.start()} />
      ) : (
        <Paper withBorder p={{ base: 'md', sm: 'xl' }}>
          {children}
        </Paper>
      )}
      {footer !== undefined && (
        <Stack gap={4} align="center" ta="center">
          {footer}
        </Stack>
      )}
    </Page>
  )
}
