import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { explain } from '../../components/explain.ts'
import { QueryState } from '../../components/query-state.tsx'
import { showToast } from '../../components/toast.ts'
import { deviceOf, deviceText } from '../../i18n/device.ts'
import { useFormat } from '../../session/use-format.ts'
import { useClient } from '../../session/use-session.ts'
import classes from './sessions-card.module.css'
import { sessionsQuery, type OwnSession } from './sessions-query.ts'

/** Where somebody is signed in, and how to end it there. */
export function SessionsCard() {
  const { t } = useTranslation('security')
  const sessions = useQuery(sessionsQuery(useClient()))
  return (
    <Card id="sessions" title={t('sessions')} description={t('sessionsHint')}>
      <QueryState query={sessions} loading={<Skeleton h={64} />}>
        {(listed) => (
          <Stack gap="lg">
            <ul className={classes.list}>
              {listed.map((session) => (
                <Session key={session.id} session={session} />
              ))}
            </ul>
            {listed.length > 1 && <EndOthers />}
          </Stack>
        )}
      </QueryState>
    </Card>
  )
}

function Session({ session }: { session: OwnSession }) {
  const { t } = useTranslation('security')
  const format = useFormat()
  const client = useClient()
  const ending = useEnding(() => client.auth.revokeSession(session.id), t('sessionEnded'))
  const device = deviceOf(session.userAgent ?? '')
  const name = device ? deviceText(device) : t('unknownDevice')
  return (
    <li className={classes.session}>
      <div>
        <Group gap="xs">
          <Text fw={500}>{name}</Text>
          {session.isCurrent && <Badge tt="none">{t('thisSession')}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {t('signedInAt', { time: format.shortDateTime(session.createdAt) })}
          {session.ipAddress !== null && session.ipAddress !== '' && ` · ${session.ipAddress}`}
        </Text>
      </div>
      {!session.isCurrent && (
        <Button
          variant="default"
          size="xs"
          className={classes.end}
          loading={ending.isPending}
          onClick={() => ending.mutate()}
          aria-label={t('endOf', { name })}
        >
          {t('end')}
        </Button>
      )}
    </li>
  )
}

function EndOthers() {
  const { t } = useTranslation('security')
  const client = useClient()
  const ending = useEnding(() => client.auth.revokeOtherSessions(), t('othersEnded'))
  return (
    <Button
      variant="default"
      loading={ending.isPending}
      onClick={() => ending.mutate()}
      style={{ alignSelf: 'flex-start' }}
    >
      {t('endOthers')}
    </Button>
  )
}

/** Ends sessions, says so, and shows those that are left. */
function useEnding(end: () => Promise<void>, said: string) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: end,
    onSuccess: () => showToast({ color: 'teal', message: said }),
    onError: (error) => showToast({ color: 'red', message: explain(error, t).title }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
}
