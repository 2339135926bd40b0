import { Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import type { ActivityEntry } from '@upm/client'
import { useQuery } from '@tanstack/react-query'
import {
  Archive,
  AtSign,
  KeyRound,
  LogIn,
  LogOut,
  type LucideIcon,
  ShieldAlert,
  ShieldCheck,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Card } from '../../components/card.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { useFormat } from '../../session/use-format.ts'
import { useClient } from '../../session/use-session.ts'
import { deviceName } from './device-groups.ts'
import { eventOf, SECURITY_ACTIONS, type SecurityEvent } from './events.ts'
import classes from './sessions-card.module.css'

const icons: Record<SecurityEvent, LucideIcon> = {
  signedIn: LogIn,
  signedInNew: ShieldAlert,
  signInFailed: ShieldAlert,
  emailChanged: AtSign,
  passwordChanged: KeyRound,
  passwordReset: KeyRound,
  sessionsEnded: LogOut,
  exportRequested: Archive,
  exportDownloaded: Archive,
  stepOn: ShieldCheck,
  stepOff: ShieldAlert,
  recoveryNew: KeyRound,
  recoveryUsed: ShieldAlert,
  passkeyAdded: KeyRound,
  passkeyRemoved: KeyRound,
  passkeyRenamed: KeyRound,
  other: ShieldCheck,
}

/** What has happened to the account lately that its owner should know of. */
export default function EventsCard() {
  const { t } = useTranslation('security')
  const client = useClient()
  const events = useQuery({
    queryKey: ['activity', 'security'],
    queryFn: ({ signal }) => client.activity.page({ action: SECURITY_ACTIONS, limit: 10 }, { signal }),
  })
  return (
    <Card id="events" title={t('events')} description={t('eventsHint')}>
      <QueryState query={events} loading={<Skeleton h={200} />}>
        {({ data }) => (
          <Stack gap="lg">
            <ul className={classes.list}>
              {data.map((entry) => (
                <Event key={entry.id} entry={entry} />
              ))}
            </ul>
            <Anchor component={Link} to="/activity?what=system.login" underline="always" size="sm">
              {t('allEvents')}
            </Anchor>
          </Stack>
        )}
      </QueryState>
    </Card>
  )
}

function Event({ entry }: { entry: ActivityEntry }) {
  const { t } = useTranslation('security')
  const format = useFormat()
  const event = eventOf(entry)
  const Icon = icons[event]
  const isAlarming = event === 'signedInNew' || event === 'signInFailed'
  const facts = [deviceName(entry.user_agent), entry.ip_address].filter(Boolean)
  return (
    <li className={classes.session}>
      <Icon size={20} aria-hidden className={isAlarming ? classes.alarm : classes.icon} />
      <div className={classes.words}>
        <Text fw={isAlarming ? 500 : undefined}>
          {t(`event.${event}`, { count: Number(entry.metadata['count'] ?? 1) })}
        </Text>
        <Text size="sm" c="dimmed">
          {[format.shortDateTime(entry.timestamp), ...facts].join(' · ')}
        </Text>
        {isAlarming && (
          <Group gap="sm" mt={4}>
            <Button component={Link} to="/security#password" variant="light" size="compact-sm">
              {t('notMe')}
            </Button>
          </Group>
        )}
      </div>
    </li>
  )
}
