import {
  readHeader,
  request,
  taggedOf,
  type Api,
  type Read,
  type ReadOptions,
  type Tagged,
} from './operations.ts'
import type { PublicProfile } from './types.ts'

/** What others show to everybody: needs no token. */
export type PeopleClient<Own extends object> = {
  /**
   * The profile of the account with this id (`user.id`): `client.people.get(42)`.
   *
   * @throws ProblemError `not_found` when there is no such account, and when its profile is not public.
   */
  get: Read<Tagged<PublicProfile<Own>>, [id: number]>
}

export function createPeople<Own extends object>(api: Api): PeopleClient<Own> {
  const get = (id: number, options: ReadOptions = {}) => {
    const params = { path: { id }, header: readHeader(options) }
    return taggedOf(api.GET('/api/profiles/{id}/', { ...request(options), params }), options.signal)
  }
  return { get: get as PeopleClient<Own>['get'] }
}
