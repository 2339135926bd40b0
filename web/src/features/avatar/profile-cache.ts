import type { Avatar } from '@upm/client'
import type { QueryClient } from '@tanstack/react-query'
import { profileQuery } from '../../session/queries.ts'
import type { Client } from '../../session/session.ts'

/**
 * The page shows the new picture, or none, at once. The document has a new version by that, which only the server
 * knows: until it has been read again, the entity tag is the old one.
 */
export async function showAvatar(queries: QueryClient, client: Client, avatar: Avatar | null): Promise<void> {
  const { queryKey } = profileQuery(client)
  // What is under way was asked for before, and would bring back the old picture.
  await queries.cancelQueries({ queryKey })
  queries.setQueryData(
    queryKey,
    (known) => known && { ...known, data: { ...known.data, avatar, avatar_url: avatar?.url ?? null } },
  )
  readAgain(queries, client)
}

/** What the server says now: after a change, and where nobody knows whether there was one. */
export function readAgain(queries: QueryClient, client: Client): void {
  void queries.invalidateQueries({ queryKey: profileQuery(client).queryKey })
  void queries.invalidateQueries({ queryKey: ['activity'] })
}

/** The picture that the page knows of. */
export function knownAvatar(queries: QueryClient, client: Client): Avatar | null | undefined {
  return queries.getQueryData(profileQuery(client).queryKey)?.data.avatar
}
