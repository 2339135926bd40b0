import { Button, Group, Menu, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Download, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { explain } from '../../../components/explain.ts'
import { showToast } from '../../../components/toast.ts'
import type { Format } from '../../../i18n/format.ts'
import { useClient } from '../../../session/use-session.ts'
import type { Names } from '../entry/names.ts'
import classes from './download-menu.module.css'
import { fileName, isInverted, toRequest, type Filters } from './filters.ts'
import { usePeopleCsv, type Progress } from './use-people-csv.ts'

/** By this mark Excel knows that a CSV file is in UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

type DownloadMenuProps = { filters: Filters; names: Names | undefined; format: Format }

/** The filtered log as a file, all of it: a table in words for people, or the data as the API has them. */
export function DownloadMenu({ filters, names, format }: DownloadMenuProps) {
  const { t } = useTranslation('activity')
  const { t: shell } = useTranslation()
  const client = useClient()
  const { writing, progress, cancel } = usePeopleCsv(filters, names, format)

  function done(file: Blob, entries?: number) {
    const name = fileName(filters, format.dayOf(new Date()))
    save(name, file)
    const size = format.fileSize(file.size)
    showToast({
      message:
        entries === undefined
          ? t('downloaded', { name, size })
          : t('downloadedWords', { name, size, count: entries }),
    })
  }
  function failed(error: unknown) {
    const { title, detail } = explain(error, shell)
    showToast({
      color: 'red',
      title: t('downloadFailed'),
      message: [title, detail].filter(Boolean).join(' '),
    })
  }
  const data = useMutation({
    mutationFn: () => client.activity.csv(toRequest(filters, format.dayOf)),
    onSuccess: ({ data: csv }) => done(new Blob([BYTE_ORDER_MARK, csv], { type: 'text/csv;charset=utf-8' })),
    onError: failed,
  })
  const write = () =>
    writing.mutate(undefined, {
      onSuccess: (result) => result && done(result.file, result.entries),
      onError: failed,
    })

  if (writing.isPending) return <Writing progress={progress} cancel={cancel} format={format} />
  return (
    <Menu
      position="bottom-end"
      shadow="md"
      keepMounted={false}
      // It is an element that a menu must not have (ARIA). Without it the first item takes the focus.
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Download size={18} aria-hidden />}
          loading={data.isPending}
          disabled={isInverted(filters)}
        >
          {t('download')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={write} disabled={!names}>
          <Text size="sm" fw={500}>
            {t('downloadWords')}
          </Text>
          <Text size="xs" className={classes.hint}>
            {t('downloadWordsHint')}
          </Text>
        </Menu.Item>
        <Menu.Item onClick={() => data.mutate()}>
          <Text size="sm" fw={500}>
            {t('downloadData')}
          </Text>
          <Text size="xs" className={classes.hint}>
            {t('downloadDataHint')}
          </Text>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

type WritingProps = { progress: Progress | undefined; cancel: () => void; format: Format }

function Writing({ progress, cancel, format }: WritingProps) {
  const { t } = useTranslation('activity')
  const { entries, bytes } = progress ?? { entries: 0, bytes: 0 }
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" role="status" className={classes.progress}>
        {t('writing', { count: entries, size: format.fileSize(bytes) })}
      </Text>
      <Button variant="default" leftSection={<X size={16} aria-hidden />} onClick={cancel}>
        {t('cancelDownload')}
      </Button>
    </Group>
  )
}

function save(name: string, file: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser has taken hold of the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
