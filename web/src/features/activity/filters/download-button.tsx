import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { explain } from '../../../components/explain.ts'
import { showToast } from '../../../components/toast.ts'
import type { Format } from '../../../i18n/format.ts'
import { useClient } from '../../../session/use-session.ts'
import { fileName, isInverted, toRequest, type Filters } from './filters.ts'

/** By this mark Excel knows that a CSV file is in UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

type DownloadButtonProps = { filters: Filters; format: Format }

/** The filtered log as a file, all of it. */
export function DownloadButton({ filters, format }: DownloadButtonProps) {
  const { t } = useTranslation('activity')
  const { t: shell } = useTranslation()
  const client = useClient()
  const download = useMutation({
    mutationFn: () => client.activity.csv(toRequest(filters, format.dayOf)),
    onSuccess: ({ data: csv }) => {
      const name = fileName(filters, format.dayOf(new Date()))
      save(name, new Blob([BYTE_ORDER_MARK, csv], { type: 'text/csv;charset=utf-8' }))
      showToast({ message: t('downloaded', { name }) })
    },
    onError: (error) => {
      const { title, detail } = explain(error, shell)
      showToast({
        color: 'red',
        title: t('downloadFailed'),
        message: [title, detail].filter(Boolean).join(' '),
      })
    },
  })
  return (
    <Button
      variant="default"
      leftSection={<Download size={18} aria-hidden />}
      loading={download.isPending}
      disabled={isInverted(filters)}
      onClick={() => download.mutate()}
    >
      {t('download')}
    </Button>
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
