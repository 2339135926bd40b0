import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { Part } from '../../components/part.tsx'
import { QueryState } from '../../components/query-state.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useFormat } from '../../session/use-format.ts'
import { useClient } from '../../session/use-session.ts'
import { texts } from './texts.ts'

addTexts('secondStep', texts)

/** What is being done; undefined: nothing. */
export type Task = 'set-up' | 'renew' | 'turn-off'

/** So few codes are soon used up. */
const FEW = 3

export default function SecondStepCard() {
  const { t } = useTranslation('secondStep')
  const client = useClient()
  const queries = useQueryClient()
  const format = useFormat()
  const [task, setTask] = useState<Task>()
  const state = useQuery({
    queryKey: ['second-step'],
    queryFn: async ({ signal }) => (await client.auth.secondStep({ signal })).data,
  })
  const enabledAt = state.data?.enabledAt ?? null
  const close = () => {
    setTask(undefined)
    void queries.invalidateQueries({ queryKey: ['second-step'] })
    void queries.invalidateQueries({ queryKey: ['activity'] })
  }
  return (
    <Card id="second-step" title={t('title')} description={t(enabledAt === null ? 'offHint' : 'onHint')}>
      <QueryState query={state}>
        {({ recoveryCodes }) =>
          enabledAt === null ? (
            <Button variant="default" style={{ alignSelf: 'flex-start' }} onClick={() => setTask('set-up')}>
              {t('turnOn')}
            </Button>
          ) : (
            <Stack gap="md">
              <div>
                <Text fw={500}>{t('on', { date: format.shortDateTime(enabledAt) })}</Text>
                <Text size="sm" c={recoveryCodes > FEW ? 'dimmed' : undefined}>
                  {t('left', { count: recoveryCodes })}
                  {recoveryCodes <= FEW && `. ${t('few')}`}
                </Text>
              </div>
              <Group>
                <Button variant="default" onClick={() => setTask('renew')}>
                  {t('renew')}
                </Button>
                <Button variant="default" onClick={() => setTask('turn-off')}>
                  {t('turnOff')}
                </Button>
              </Group>
            </Stack>
          )
        }
      </QueryState>
      {task && <Part load={() => import('./second-step-dialog.tsx')} props={{ task, close }} />}
    </Card>
  )
}
