import { abortReason, refusal, transferError } from './errors.ts'
import type { FetchLike, RequestLike, ResponseLike, SignalLike } from './platform.ts'
import { tokenOf, type Tokens, type TokenSource } from './tokens.ts'

/** Sends a request once, with these headers on top of its own. */
type Attempt = (headers: Record<string, string>) => Promise<ResponseLike>

export type Transport = {
  /** Sends with language and token; once more with a new token after a 401. */
  send: (attempt: Attempt, signal?: SignalLike | null) => Promise<ResponseLike>
  /** Sends with language and the token of the session, where there is one; a page of the server has a cookie. */
  sendSession: (attempt: Attempt, signal?: SignalLike | null) => Promise<ResponseLike>
  /** Sends with the language alone: what is public needs no token, and caches may keep it for all. */
  sendPublic: (attempt: Attempt, signal?: SignalLike | null) => Promise<ResponseLike>
}

export type TransportOptions = {
  tokens: Tokens
  session: TokenSource | undefined
  language: () => string | undefined
  /** Who is calling: the header `UPM-Client`. */
  client: string | undefined
  /** Looks at each answer. */
  look: (response: ResponseLike) => void
}

export function createTransport(options: TransportOptions): Transport {
  const { tokens, session, language, client, look } = options
  async function once(attempt: Attempt, token: string | undefined, signal?: SignalLike | null) {
    if (signal?.aborted) throw abortReason(signal)
    const accepted = language()
    try {
      const response = await attempt({
        ...(client !== undefined && { 'upm-client': client }),
        ...(accepted !== undefined && { 'accept-language': accepted }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      })
      look(response)
      return response
    } catch (cause) {
      throw transferError(cause, signal)
    }
  }

  return {
    sendSession: async (attempt, signal) => once(attempt, await tokenOf(session), signal),
    sendPublic: (attempt, signal) => once(attempt, undefined, signal),
    send: async (attempt, signal) => {
      const token = await tokens.current()
      const response = await once(attempt, token, signal)
      if (response.status !== 401) return response
      const fresh = await tokens.renew(token)
      if (fresh === undefined) return response
      // Frees the connection where the answer has not been read.
      await response.body?.cancel().catch(() => {})
      return once(attempt, fresh, signal)
    },
  }
}

/** The addresses where the session counts, and not the access token that it gives. */
const SIGN_IN = /^[^?]*\/api\/auth\//

/** What openapi-fetch gets in the place of `fetch`. */
export function fetchThrough(
  { send, sendSession, sendPublic }: Transport,
  fetch: () => FetchLike,
  isPublic = false,
): (request: RequestLike) => Promise<ResponseLike> {
  return (request) => {
    const attempt: Attempt = (headers) => {
      // A body can be sent once; a copy leaves the original for the second attempt.
      const copy = request.clone()
      for (const [name, value] of Object.entries(headers)) {
        if (!request.headers.has(name)) copy.headers.set(name, value)
      }
      return fetch()(copy as never)
    }
    const ownToken = request.headers.has('authorization')
    const through = isPublic || ownToken ? sendPublic : SIGN_IN.test(request.url) ? sendSession : send
    return through(attempt, request.signal)
  }
}

/** For openapi-fetch: what is neither a success nor "not modified" is thrown. */
export const throwRefusals = {
  onResponse: async ({ request, response }: { request: RequestLike; response: ResponseLike }) => {
    if (!response.ok && response.status !== 304) throw await refusal(response, request.signal)
  },
}
