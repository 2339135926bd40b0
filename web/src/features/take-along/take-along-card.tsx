import { Button, Progress, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DataExport } from '@upm/client'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { explain } from '../../components/explain.ts'
import { QueryState } from '../../components/query-state.tsx'
import { showToast } from '../../components/toast.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { useFormat } from '../../session/use-format.ts'
import { useClient } from '../../session/use-session.ts'
import { saveArchive } from './save-archive.ts'
import { texts } from './texts.ts'

addTexts('takeAlong', texts)

const KEY = ['exports']
/** The pauses between two looks grow up to this. */
const LONGEST_PAUSE_MS = 15_000

/** Asks for an archive of everything that the server holds of the person, and downloads it. */
export default function TakeAlongCard() {
  const { t } = useTranslation('takeAlong')
  const client = useClient()
  const newest = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await client.exports.list({ signal })).data[0] ?? null,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      isOpen(data) && Math.min(LONGEST_PAUSE_MS, 1000 * 1.3 ** dataUpdateCount),
  })
  return (
    <Card id="take-along" title={t('title')} description={t('hint')}>
      <QueryState query={newest}>{(archive) => <Archive archive={archive} />}</QueryState>
    </Card>
  )
}

function isOpen(archive: DataExport | null | undefined): boolean {
  return archive?.state === 'queued' || archive?.state === 'running'
}

function Archive({ archive }: { archive: DataExport | null }) {
  const { t } = useTranslation('takeAlong')
  return (
    <Stack gap="md" align="flex-start">
      {/* It is there from the beginning, so that a screen reader announces what comes into it. */}
      <div role="status" style={{ width: '100%' }}>
        {archive && <Words archive={archive} />}
      </div>
      {archive && isOpen(archive) && (
        <Progress
          w="100%"
          value={archive.percent}
          animated={archive.state === 'running'}
          aria-label={t('progress')}
        />
      )}
      {archive?.state === 'ready' ? (
        <DownloadButton id={archive.id} />
      ) : (
        !isOpen(archive) && <StartButton archive={archive} />
      )}
    </Stack>
  )
}

function Words({ archive: { state, percent, expires_at: expiresAt } }: { archive: DataExport }) {
  const { t } = useTranslation('takeAlong')
  const format = useFormat()
  switch (state) {
    case 'queued':
    case 'running':
      return (
        <>
          <Text>{t('building', { percent })}</Text>
          <Text size="sm" c="dimmed">
            {t('buildingHint')}
          </Text>
        </>
      )
    case 'ready':
      return (
        <>
          <Text fw={500}>{t('ready')}</Text>
          {expiresAt !== null && (
            <Text size="sm" c="dimmed">
              {t('until', { time: format.shortDateTime(expiresAt) })}
            </Text>
          )}
        </>
      )
    case 'failed':
      return <Text>{t('failed')}</Text>
    default:
      return <Text c="dimmed">{t('expired')}</Text>
  }
}

function StartButton({ archive }: { archive: DataExport | null }) {
  const { t } = useTranslation('takeAlong')
  const { t: shell } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const start = useMutation({
    mutationFn: () => client.exports.start(),
    onSuccess: ({ data: { id } }) => {
      queries.setQueryData(KEY, { id, state: 'queued', percent: 0, expires_at: null } satisfies DataExport)
      void queries.invalidateQueries({ queryKey: ['activity'] })
    },
    onError: (error) => {
      const { title, detail } = explain(error, shell)
      showToast({ color: 'red', message: detail ?? title })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  })
  return (
    <Button variant="default" loading={start.isPending} onClick={() => start.mutate()}>
      {t(archive?.state === 'failed' ? 'retry' : archive?.state === 'expired' ? 'again' : 'start')}
    </Button>
  )
}

function DownloadButton({ id }: { id: string }) {
  const { t } = useTranslation('takeAlong')
  const { t: shell } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const download = useMutation({
    mutationFn: async () => {
      const archive = await client.exports.download(id)
      await saveArchive(archive)
      return archive.name
    },
    onSuccess: (name) => showToast({ color: 'teal', message: t('downloaded', { name }) }),
    onError: (error) => {
      // Somebody who has closed the dialog of the browser knows that nothing is saved.
      if (error.name === 'AbortError') return
      showToast({ color: 'red', message: explain(error, shell).title })
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: KEY }),
        queries.invalidateQueries({ queryKey: ['activity'] }),
      ]),
  })
  return (
    <Button
      leftSection={<Download size={16} aria-hidden />}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      {t('download')}
    </Button>
  )
}
