import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Settings } from '@upm/client'
import { profileQuery } from './queries.ts'
import { useClient } from './use-session.ts'

export type SavingSettings = ReturnType<typeof useSaveSettings>

/**
 * Saves single settings at once: the page shows a change before the server has it, and takes it back when the server
 * refuses. Settings live in the profile document, and are read from there.
 */
export function useSaveSettings({ onError }: { onError?: (error: unknown) => void } = {}) {
  const client = useClient()
  const queries = useQueryClient()
  const { queryKey } = profileQuery(client)

  const show = (change: Partial<Settings>) =>
    queries.setQueryData(
      queryKey,
      (current) =>
        current && {
          ...current,
          data: { ...current.data, settings: { ...current.data.settings, ...change } },
        },
    )

  return useMutation({
    mutationKey: ['settings'],
    // One after another, so that the last choice is the one that stays.
    scope: { id: 'settings' },
    mutationFn: (change: Partial<Settings>) => client.settings.patch(change),
    onMutate: async (change) => {
      const before = queries.getQueryData(queryKey)?.data.settings
      // An answer that is under way knows nothing of the change.
      if (before) await queries.cancelQueries({ queryKey })
      show(change)
      return { before }
    },
    onError: (error, change, context) => {
      const now = queries.getQueryData(queryKey)?.data.settings
      if (now && context?.before) show(undo(change, now, context.before))
      onError?.(error)
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['activity'] })
      // The document's version has risen, too. What is still being saved would be missing in it.
      if (queries.isMutating({ mutationKey: ['settings'] }) === 1)
        void queries.invalidateQueries({ queryKey })
    },
  })
}

/** The values before a change, as far as they have not been changed again since. */
function undo(change: Partial<Settings>, now: Settings, before: Settings): Partial<Settings> {
  const names = Object.keys(change) as (keyof Settings)[]
  return Object.fromEntries(
    names.filter((name) => now[name] === change[name]).map((name) => [name, before[name]]),
  )
}
