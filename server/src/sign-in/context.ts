import { AsyncLocalStorage } from 'node:async_hooks'
import type { Language } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'

/** A request to the sign-in, as far as the callbacks of the library, which know nothing of it, need it. */
export type SignInRequest = {
  /** The path below `/api/auth`. */
  path: string
  facts: RequestFacts
  /** What the request itself asks for. */
  language: Language | undefined
  /** The e-mail that is being confirmed, by its password and a link out of a mail to it. */
  confirming?: string
  /** That the database could not be reached, which the library takes for a session that is not there. */
  outage?: unknown
}

/** The one place where something ambient is unavoidable: between our route and our callbacks lies the library. */
export const currentRequest = new AsyncLocalStorage<SignInRequest>()
