/** What the page reads from the server, by the names under which it is kept. */
import { UpmError, ProblemError } from '@upm/client'
import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import type { Client } from './session.ts'
import { useClient, useSessionState } from './use-session.ts'

const SECOND = 1000
const HOUR = 3_600 * SECOND

/**
 * @param options.isRecorded whether it is noted what the page reads: then nothing may go through whole answers, which comparing
 *   them with the ones before would do
 */
export function createQueryClient({ isRecorded = false } = {}): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Without a connection a request fails, and says so, instead of waiting unseen.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        structuralSharing: !isRecorded,
        staleTime: 10 * SECOND,
        // What the server has refused it will refuse again; a lost connection may be back.
        retry: (failures, error) =>
          failures < 2 && error instanceof UpmError && !(error instanceof ProblemError && error.status < 500),
      },
    },
  })
}

/** The profile document of whoever is signed in, and its entity tag. */
export type ProfileAnswer = Awaited<ReturnType<Client['profile']['patch']>>

export const profileQuery = (client: Client) =>
  queryOptions({ queryKey: ['profile'], queryFn: ({ signal }) => client.profile.get({ signal }) })

const catalogueQuery = <T>(name: string, read: (options: { signal: AbortSignal }) => Promise<{ data: T }>) =>
  queryOptions({
    queryKey: ['catalogues', name],
    queryFn: async ({ signal }) => (await read({ signal })).data,
    staleTime: HOUR,
  })

/** Nothing is asked for as long as nobody is signed in. */
export function useProfile() {
  const isSignedIn = useSessionState() === 'signed-in'
  return useQuery({ ...profileQuery(useClient()), enabled: isSignedIn })
}

export const useProfileTypes = () =>
  useQuery(catalogueQuery('profile-types', useClient().catalogues.profileTypes))
export const useSubjects = () => useQuery(catalogueQuery('subjects', useClient().catalogues.subjects))
export const useTimeZones = () => useQuery(catalogueQuery('timezones', useClient().catalogues.timezones))
