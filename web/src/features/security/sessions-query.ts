import { queryOptions } from '@tanstack/react-query'
import type { SignInSession } from '@upm/client'
import type { Client } from '../../session/session.ts'

export type OwnSession = SignInSession & { isCurrent: boolean }

/** The sessions of the account: this one, then the others, the newest first. */
export const sessionsQuery = (client: Client) =>
  queryOptions({
    queryKey: ['sessions'],
    queryFn: async ({ signal }): Promise<OwnSession[]> => {
      const [{ data: current }, { data: listed }] = await Promise.all([
        client.auth.session({ signal }),
        client.auth.sessions({ signal }),
      ])
      return listed
        .map((session) => ({ ...session, isCurrent: session.id === current?.session.id }))
        .sort(
          (one, other) =>
            Number(other.isCurrent) - Number(one.isCurrent) || (one.createdAt < other.createdAt ? 1 : -1),
        )
    },
  })
