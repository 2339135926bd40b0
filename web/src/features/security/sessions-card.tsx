import { Badge, Button, Collapse, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor, Smartphone } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { explain } from '../../components/explain.ts'
import { QueryState } from '../../components/query-state.tsx'
import { showToast } from '../../components/toast.ts'
import { useFormat } from '../../session/use-format.ts'
import { useClient } from '../../session/use-session.ts'
import { groupByDevice, type DeviceGroup } from './device-groups.ts'
import classes from './sessions-card.module.css'
import { sessionsQuery, type OwnSession } from './sessions-query.ts'

/** How many devices are shown at first. */
const SHOWN = 5

/** Where somebody is signed in, by device, and how to end it there. */
export default function SessionsCard() {
  const { t } = useTranslation('security')
  const sessions = useQuery(sessionsQuery(useClient()))
  return (
    <Card id="sessions" title={t('sessions')} description={t('sessionsHint')}>
      <QueryState query={sessions} loading={<Skeleton h={64} />}>
        {(listed) => <Devices listed={listed} />}
      </QueryState>
    </Card>
  )
}

function Devices({ listed }: { listed: readonly OwnSession[] }) {
  const { t } = useTranslation('security')
  const [showsAll, setShowsAll] = useState(false)
  const groups = groupByDevice(listed)
  const others = listed.filter(({ isCurrent }) => !isCurrent).length
  return (
    <Stack gap="lg">
      <ul className={classes.list}>
        {groups.slice(0, showsAll ? undefined : SHOWN).map((group) => (
          <Device key={group.name ?? ''} group={group} />
        ))}
      </ul>
      <Group gap="sm">
        {groups.length > SHOWN && !showsAll && (
          <Button variant="subtle" onClick={() => setShowsAll(true)}>
            {t('showAllDevices', { count: groups.length })}
          </Button>
        )}
        {others > 0 && <EndOthers count={others} />}
      </Group>
    </Stack>
  )
}

function Device({ group: { name: known, isPhone, isCurrent, lastUsed, sessions } }: { group: DeviceGroup }) {
  const { t } = useTranslation('security')
  const format = useFormat()
  const listId = useId()
  const [isOpen, setOpen] = useState(false)
  const name = known ?? t('unknownDevice')
  const Icon = isPhone ? Smartphone : Monitor
  const [only] = sessions
  return (
    <li className={classes.device}>
      <div className={classes.session}>
        <Icon size={24} aria-hidden className={classes.icon} />
        <div className={classes.words}>
          <Group gap="xs">
            <Text fw={500}>{name}</Text>
            {isCurrent && <Badge tt="none">{t('thisSession')}</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {isCurrent && sessions.length === 1
              ? t('inUse')
              : t('lastUsed', { time: format.shortDateTime(lastUsed) })}
            {sessions.length === 1 && address(only)}
          </Text>
          {sessions.length > 1 && (
            <Button
              variant="subtle"
              size="compact-sm"
              className={classes.unfold}
              aria-expanded={isOpen}
              aria-controls={listId}
              aria-label={`${t('sessionCount', { count: sessions.length })}: ${name}`}
              onClick={() => setOpen(!isOpen)}
            >
              {t('sessionCount', { count: sessions.length })}
            </Button>
          )}
        </div>
        {only && sessions.length === 1 && !isCurrent && <End session={only} of={name} />}
      </div>
      {sessions.length > 1 && (
        <Collapse expanded={isOpen} id={listId}>
          <ul className={classes.inner}>
            {sessions.map((session) => (
              <Session key={session.id} session={session} name={name} />
            ))}
          </ul>
        </Collapse>
      )}
    </li>
  )
}

/** One of several of a device: it is told by when and where it began. */
function Session({ session, name }: { session: OwnSession; name: string }) {
  const { t } = useTranslation('security')
  const format = useFormat()
  const time = format.shortDateTime(session.createdAt)
  return (
    <li className={classes.session}>
      <div className={classes.words}>
        <Text size="sm">
          {t('signedInAt', { time })}
          {address(session)}
        </Text>
        <Text size="sm" c="dimmed">
          {session.isCurrent ? t('inUse') : t('lastUsed', { time: format.shortDateTime(session.updatedAt) })}
        </Text>
      </div>
      {!session.isCurrent && <End session={session} of={`${name}, ${time}${address(session)}`} />}
    </li>
  )
}

function address(session: OwnSession | undefined): string {
  return session?.ipAddress ? ` · ${session.ipAddress}` : ''
}

function End({ session, of: name }: { session: OwnSession; of: string }) {
  const { t } = useTranslation('security')
  const client = useClient()
  const ending = useEnding(() => client.auth.revokeSession(session.id), t('sessionEnded'))
  return (
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
  )
}

function EndOthers({ count }: { count: number }) {
  const { t } = useTranslation('security')
  const { t: shell } = useTranslation()
  const client = useClient()
  const [isAsking, setAsking] = useState(false)
  const ending = useEnding(() => client.auth.revokeOtherSessions(), t('othersEnded'))
  const close = () => setAsking(false)
  return (
    <>
      <Button variant="default" loading={ending.isPending} onClick={() => setAsking(true)}>
        {t('endOthers')}
      </Button>
      <Dialog opened={isAsking} onClose={close} title={t('endOthersTitle')}>
        <Text>{t('endOthersText', { count })}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {shell('cancel')}
          </Button>
          <Button
            data-autofocus
            onClick={() => {
              close()
              ending.mutate()
            }}
          >
            {t('endOthersNow')}
          </Button>
        </Group>
      </Dialog>
    </>
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
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['sessions'] }),
        queries.invalidateQueries({ queryKey: ['activity'] }),
      ]),
  })
}
