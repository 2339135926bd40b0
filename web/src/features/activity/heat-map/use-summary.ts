import { useQuery } from '@tanstack/react-query'
import { useClient } from '../../../session/use-session.ts'

export const summaryKey = ['activity', 'summary']

/** How much has happened on each day of the last year, in the time zone of the account. */
export function useSummary() {
  const client = useClient()
  return useQuery({
    queryKey: summaryKey,
    queryFn: async ({ signal }) => (await client.activity.summary({}, { signal })).data,
    staleTime: 0,
  })
}

export type Summary = NonNullable<ReturnType<typeof useSummary>['data']>
