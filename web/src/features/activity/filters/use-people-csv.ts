import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { loadPart } from '../../../components/loading.ts'
import type { Format } from '../../../i18n/format.ts'
import { useClient } from '../../../session/use-session.ts'
import type { Names } from '../entry/names.ts'
import { toRequest, type Filters } from './filters.ts'

const loadTable = loadPart(() => import('./people-csv.ts'))

/** So many entries are written in one go: the page stays responsive in between. */
const AT_ONCE = 100
const PAGE_SIZE = 100

export type Progress = { entries: number; bytes: number }

type Result = Progress & { file: Blob }

/**
 * Writes the filtered log as a table for people, page after page, however long it is.
 *
 * @returns `progress` while it is being written, and `cancel`, after which nothing is saved
 */
export function usePeopleCsv(filters: Filters, names: Names | undefined, format: Format) {
  const client = useClient()
  const [progress, setProgress] = useState<Progress>()
  const running = useRef<AbortController>(undefined)
  // Whoever goes to another screen does not want it any more.
  useEffect(() => () => running.current?.abort(), [])
  const writing = useMutation({
    mutationFn: async (): Promise<Result | undefined> => {
      if (!names) return undefined
      const controller = new AbortController()
      running.current = controller
      const { signal } = controller
      const { peopleCsv } = await loadTable()
      const { head, row } = peopleCsv(names, format)
      // Excel knows by this mark that a file is in UTF-8.
      const parts = [new Blob(['\uFEFF', head])]
      let [entries, bytes] = [0, 0]
      try {
        const request = { ...toRequest(filters, format.dayOf), limit: PAGE_SIZE }
        for await (const { data } of client.activity.pages(request, { signal })) {
          for (let start = 0; start < data.length; start += AT_ONCE) {
            // What is written is the browser's to keep, and not in the memory of the page.
            parts.push(new Blob(data.slice(start, start + AT_ONCE).map(row)))
            bytes += parts.at(-1)?.size ?? 0
            await nextTask()
          }
          entries += data.length
          setProgress({ entries, bytes })
          signal.throwIfAborted()
        }
      } catch (error) {
        if (signal.aborted) return undefined
        throw error
      } finally {
        setProgress(undefined)
      }
      const file = new Blob(parts, { type: 'text/csv;charset=utf-8' })
      return { file, entries, bytes: file.size }
    },
  })
  return { writing, progress, cancel: () => running.current?.abort() }
}

const nextTask = () =>
  new Promise((resolve) => {
    setTimeout(resolve)
  })
