import { dataOf, request, type Api, type CallOptions } from './operations.ts'
import type { components } from './schema.gen.ts'

/** By whose tokens the account is opened: `issuer` and `subject` of an identity are those of the tokens. */
export type Identity = components['schemas']['Identity']

export type IdentitiesClient = {
  /** The oldest first. */
  list: (options?: CallOptions) => Promise<{ data: Identity[] }>
  /**
   * Has the account opened by the subject of a second access token, too; also succeeds when it is already.
   *
   * @throws ProblemError `reauthentication_required`: sign in again first; `identity_taken`, `identity_limit`;
   *   `validation_failed` at `token`.
   */
  link: (token: string, options?: CallOptions) => Promise<{ data: Identity }>
  /**
   * The account is no longer opened by this identity.
   *
   * @throws ProblemError `reauthentication_required`: sign in again first; `last_identity`; `identity_in_use`: it is that of
   *   the token that the client has; `not_found`.
   */
  unlink: (id: number, options?: CallOptions) => Promise<void>
}

const PATH = '/api/me/identities/'

export function createIdentities(api: Api): IdentitiesClient {
  return {
    list: async ({ signal } = {}) => {
      const { data } = await dataOf(api.GET(PATH, request({ signal })), signal)
      return { data }
    },
    link: async (token, { signal } = {}) => {
      const call = api.POST(PATH, { ...request({ signal }), body: { token } })
      const { data } = await dataOf(call, signal)
      return { data }
    },
    unlink: async (id, { signal } = {}) => {
      await api.DELETE('/api/me/identities/{id}/', { ...request({ signal }), params: { path: { id } } })
    },
  }
}
