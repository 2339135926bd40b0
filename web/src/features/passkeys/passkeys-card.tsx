import { Button, Group, Stack, Text } from '@mantine/core'
import type { Passkey } from '@upm/client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { Part } from '../../components/part.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useFormat } from '../../session/use-format.ts'
import { useClient } from '../../session/use-session.ts'
import { hasPasskeys } from './has-passkeys.ts'
import { texts } from './texts.ts'

addTexts('passkeys', texts)

/** What is being done; undefined: nothing. */
export type PasskeyTask = { kind: 'add' } | { kind: 'rename' | 'remove'; passkey: Passkey }

export default function PasskeysCard() {
  const { t } = useTranslation('passkeys')
  const client = useClient()
  const queries = useQueryClient()
  const [task, setTask] = useState<PasskeyTask>()
  const passkeys = useQuery({
    queryKey: ['passkeys'],
    queryFn: async ({ signal }) => (await client.auth.passkeys({ signal })).data,
  })
  const close = () => {
    setTask(undefined)
    void queries.invalidateQueries({ queryKey: ['passkeys'] })
    void queries.invalidateQueries({ queryKey: ['activity'] })
  }
  return (
    <Card id="passkeys" title={t('title')} description={t('hint')}>
      <QueryState query={passkeys}>
        {(list) => (
          <Stack gap="md">
            {list.length === 0 ? (
              <Text c="dimmed">{t('none')}</Text>
            ) : (
              <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
                {list.map((passkey) => (
                  <Row key={passkey.id} passkey={passkey} setTask={setTask} />
                ))}
              </Stack>
            )}
            {hasPasskeys() ? (
              <Button
                variant="default"
                style={{ alignSelf: 'flex-start' }}
                onClick={() => setTask({ kind: 'add' })}
              >
                {t('add')}
              </Button>
            ) : (
              <Text size="sm" c="dimmed">
                {t('unsupported')}
              </Text>
            )}
          </Stack>
        )}
      </QueryState>
      {task && <Part load={() => import('./passkey-dialog.tsx')} props={{ task, close }} />}
    </Card>
  )
}

function Row({ passkey, setTask }: { passkey: Passkey; setTask: (task: PasskeyTask) => void }) {
  const { t } = useTranslation('passkeys')
  const format = useFormat()
  const { name, createdAt, usedAt } = passkey
  return (
    <Group component="li" justify="space-between" gap="xs">
      <div style={{ minWidth: 0 }}>
        <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {t('created', { date: format.shortDateTime(createdAt) })}
          {usedAt !== null && ` · ${t('used', { date: format.shortDateTime(usedAt) })}`}
        </Text>
      </div>
      <Group gap="xs">
        <Button
          variant="default"
          aria-label={t('renameOf', { name })}
          onClick={() => setTask({ kind: 'rename', passkey })}
        >
          {t('rename')}
        </Button>
        <Button
          variant="default"
          aria-label={t('removeOf', { name })}
          onClick={() => setTask({ kind: 'remove', passkey })}
        >
          {t('remove')}
        </Button>
      </Group>
    </Group>
  )
}
