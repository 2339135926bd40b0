import { queryOptions } from '@tanstack/react-query'
import type { Client } from '../../session/session.ts'

/** Somebody's profile as far as they show it to everybody. */
export const personQuery = (client: Client, id: number) =>
  queryOptions({
    queryKey: ['people', id],
    queryFn: async ({ signal }) => (await client.people.get(id, { signal })).data,
  })

/** The same of one's own, also while nobody else may see it; another one with each version of the profile. */
export const previewQuery = (client: Client, version: number) =>
  queryOptions({
    queryKey: ['people', 'preview', version],
    queryFn: async ({ signal }) => (await client.profile.preview({ signal })).data,
  })
