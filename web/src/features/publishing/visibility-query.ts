import { queryOptions } from '@tanstack/react-query'
import type { Client } from '../../session/session.ts'

/** Whether others see the profile, and why not; another answer with each version of the profile. */
export const visibilityQuery = (client: Client, version: number) =>
  queryOptions({
    queryKey: ['visibility', version],
    queryFn: async ({ signal }) => (await client.profile.visibility({ signal })).data,
  })
