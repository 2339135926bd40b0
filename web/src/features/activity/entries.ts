/** The log page by page, and whether there is news. */
import type { ActivityFilters, ActivityPage } from '@upm/client'
import {
  hashKey,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query'
import { useState } from 'react'
import { NavigationType, useNavigationType } from 'react-router'
import { useClient } from '../../session/use-session.ts'
import { summaryKey } from './heat-map/use-summary.ts'

const PAGE_SIZE = 50
const NEWS_EVERY_MS = 60_000
/** Whoever comes back by then finds the list as it was. */
const KEPT_MS = 30 * 60_000

type Pages = InfiniteData<ActivityPage, string | undefined>

/**
 * The entries that a request selects. Each page begins where the one before has ended (a cursor), so none is skipped or
 * repeated, whatever is logged meanwhile. Reading again begins at the top and follows new cursors, which is as exact, but
 * reads as many pages as have been loaded, and moves what somebody is reading. So nothing is read again by itself while
 * the list is on the screen. Whoever comes back to it by Back or Forward finds all that was loaded, and a button for
 * what is new; whoever opens it begins with a fresh first page.
 */
export function useEntries(request: ActivityFilters) {
  const client = useClient()
  const queries = useQueryClient()
  const queryKey = ['activity', 'entries', request]
  const hash = hashKey(queryKey)
  const isBack = useNavigationType() === NavigationType.Pop
  const [shown, setShown] = useState<string>()
  if (shown !== hash) {
    setShown(hash)
    if (!isBack) keepFirstPage(queries, hash)
  }
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      client.activity.page({ ...request, cursor: pageParam, limit: PAGE_SIZE }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
    gcTime: KEPT_MS,
    refetchOnMount: isBack ? false : 'always',
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: keepPreviousData,
  })

  const newest = query.isPlaceholderData ? undefined : query.data?.pages[0]?.data[0]?.id
  return {
    ...query,
    hasNews: useNews(request, newest ?? null, query.isSuccess && !query.isPlaceholderData),
    /** Begins again at the newest entry, from the top of the page. */
    startOver: async () => {
      keepFirstPage(queries, hash)
      await Promise.all([query.refetch(), queries.invalidateQueries({ queryKey: summaryKey })])
      window.scrollTo({ top: 0 })
    },
  }
}

export type Entries = ReturnType<typeof useEntries>

function keepFirstPage(queries: QueryClient, hash: string): void {
  const query = queries.getQueryCache().get<ActivityPage, Error, Pages>(hash)
  if (!query?.state.data) return
  const { pages, pageParams } = query.state.data
  query.setData({ pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) })
}

/** Whether something newer than the newest entry has been logged: looked up now and then, and when one comes back. */
function useNews(request: ActivityFilters, newest: string | null, isEnabled: boolean): boolean {
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['activity', 'newest', request, newest],
    queryFn: async ({ signal }) => {
      const { data: entries } = await client.activity.page({ ...request, limit: 1 }, { signal })
      return entries[0]?.id ?? null
    },
    initialData: newest,
    staleTime: NEWS_EVERY_MS / 4,
    gcTime: 0,
    refetchInterval: NEWS_EVERY_MS,
    refetchOnWindowFocus: true,
    enabled: isEnabled,
  })
  return data !== null && data !== newest
}
