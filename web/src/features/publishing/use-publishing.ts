import { useMutation, useQueryClient } from '@tanstack/react-query'
import { profileQuery } from '../../session/queries.ts'
import { useClient } from '../../session/use-session.ts'

/**
 * Shows the profile to everybody, or to nobody any more. Unlike other settings it is not shown before the server has
 * accepted it: the server refuses to publish a profile that lacks what its type requires.
 */
export function usePublishing() {
  const client = useClient()
  const queries = useQueryClient()
  return useMutation({
    scope: { id: 'settings' },
    mutationFn: (isPublic: boolean) => client.settings.patch({ privacy_public_profile: isPublic }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: profileQuery(client).queryKey })
      void queries.invalidateQueries({ queryKey: ['activity'] })
    },
  })
}
