import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { noFilters, readFilters, writeFilters, type Filters } from './filters.ts'

export type ChangeFilters = (change: Partial<Filters>) => void

/** The filters in the address of the page: they outlast a reload, and Back takes the last one off. */
export function useFilters() {
  const [query, setQuery] = useSearchParams()
  const filters = useMemo(() => readFilters(query), [query])
  const change = useCallback<ChangeFilters>(
    (changes) =>
      setQuery((current) => writeFilters({ ...readFilters(current), ...changes }), {
        preventScrollReset: true,
      }),
    [setQuery],
  )
  const clear = useCallback(() => change(noFilters), [change])
  return { filters, change, clear }
}
