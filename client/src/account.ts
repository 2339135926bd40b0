import { dataOf, request, type Api, type CallOptions } from './operations.ts'
import type { AccountState } from './types.ts'

export type AccountClient = {
  /** Whether the account is to be deleted, and when. Also answers while it is. */
  get: (options?: CallOptions) => Promise<{ data: AccountState }>
  /**
   * Deletes the account: it is hidden at once, and deleted for good at `erase_at`. Until then it can be restored.
   *
   * @param confirm the e-mail address of the account; its id, if it has none
   * @throws ProblemError `reauthentication_required` when the person has not signed in within the last 10 minutes,
   *   `validation_failed` when it is another address.
   */
  leave: (confirm: string, options?: CallOptions) => Promise<{ data: { erase_at: string } }>
  /** Takes the deletion back. @throws ProblemError `restore_too_late` after `erase_at`. */
  restore: (options?: CallOptions) => Promise<{ data: AccountState }>
}

export function createAccount(api: Api): AccountClient {
  return {
    get: async ({ signal } = {}) => {
      const { data } = await dataOf(api.GET('/api/me/', request({ signal })), signal)
      return { data }
    },
    leave: async (confirm, { signal } = {}) => {
      const { data } = await dataOf(
        api.DELETE('/api/me/', { ...request({ signal }), body: { confirm } }),
        signal,
      )
      return { data }
    },
    restore: async ({ signal } = {}) => {
      const { data } = await dataOf(api.POST('/api/me/restore/', request({ signal })), signal)
      return { data }
    },
  }
}
