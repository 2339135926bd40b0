/**
 * Options for TanStack Query (version 5), of any framework: `useQuery(queries.profile())`. They are plain objects, so this
 * entry needs no package of TanStack.
 */
import type { ActivityFilters, ActivityPage, SummaryDays } from './activity.ts'
import type { Picture, UploadOptions } from './avatar.ts'
import type { UpmClient } from './client.ts'
import type { PatchOptions } from './documents.ts'
import type { SignalLike } from './platform.ts'
import type { ProfilePatch, SettingsPatch } from './types.ts'

/** What TanStack Query gives to a `queryFn`, as far as the client needs it. */
type Context = { signal: SignalLike }

const HOUR_MS = 3_600_000

/** The first part of each key: `queryClient.invalidateQueries({ queryKey: upmKey })` is for all that UPM has answered. */
export const upmKey = ['upm'] as const

/** Options for the calls of a client. Keys are stable: the same question has the same key. */
export function createQueries<Own extends object = object>(client: UpmClient<Own>) {
  const catalogue = <T>(name: string, read: (options: Context) => Promise<{ data: T }>) => ({
    queryKey: [...upmKey, 'catalogues', name] as const,
    queryFn: async ({ signal }: Context) => (await read({ signal })).data,
    staleTime: HOUR_MS,
  })

  return {
    /** The profile document with its entity tag. */
    profile: () => ({
      queryKey: [...upmKey, 'profile'] as const,
      queryFn: ({ signal }: Context) => client.profile.get({ signal }),
    }),
    settings: () => ({
      queryKey: [...upmKey, 'settings'] as const,
      queryFn: ({ signal }: Context) => client.settings.get({ signal }),
    }),
    /** The public profile of another user. */
    person: (id: number) => ({
      queryKey: [...upmKey, 'people', id] as const,
      queryFn: async ({ signal }: Context) => (await client.people.get(id, { signal })).data,
    }),
    /** For `useInfiniteQuery`: pages of the log, newest first. */
    activity: (filters: ActivityFilters & { limit?: number | undefined } = {}) => ({
      queryKey: [...upmKey, 'activity', filters] as const,
      queryFn: ({ signal, pageParam }: Context & { pageParam: string | undefined }) =>
        client.activity.page({ ...filters, cursor: pageParam }, { signal }),
      // oxlint-disable-next-line unicorn/no-useless-undefined -- the first page has no cursor, and the type says what others have
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next }: ActivityPage) => next,
    }),
    activitySummary: (days: SummaryDays = {}) => ({
      queryKey: [...upmKey, 'activity-summary', days] as const,
      queryFn: async ({ signal }: Context) => (await client.activity.summary(days, { signal })).data,
    }),
    profileTypes: () => catalogue('profile-types', client.catalogues.profileTypes),
    subjects: () => catalogue('subjects', client.catalogues.subjects),
    languages: () => catalogue('languages', client.catalogues.languages),
    timezones: () => catalogue('timezones', client.catalogues.timezones),

    /** For `useMutation`. Afterwards invalidate `upmKey`. */
    patchProfile: (options?: PatchOptions) => ({
      mutationKey: [...upmKey, 'profile'] as const,
      mutationFn: (change: ProfilePatch<Own>) => client.profile.patch(change, options),
    }),
    patchSettings: (options?: PatchOptions) => ({
      mutationKey: [...upmKey, 'settings'] as const,
      mutationFn: (change: SettingsPatch) => client.settings.patch(change, options),
    }),
    uploadAvatar: (options?: UploadOptions) => ({
      mutationKey: [...upmKey, 'avatar'] as const,
      mutationFn: (picture: Picture) => client.avatar.upload(picture, options),
    }),
    removeAvatar: () => ({
      mutationKey: [...upmKey, 'avatar'] as const,
      mutationFn: () => client.avatar.remove(),
    }),
  }
}
