/** What kept a draft from being saved, and when it is tried again without anybody asking. Pure. */
import { NetworkError, ProblemError, UnexpectedResponseError } from '@upm/client'

/** A save that failed; `count` of them one after another. */
export type SaveFailure = { error: Error; count: number }

/** What passes by itself; undefined for what does not, as a refusal. */
type PassingReason = 'noConnection' | 'tooManyRequests' | 'serverFault'

export function passingReason(error: Error): PassingReason | undefined {
  if (error instanceof NetworkError) return 'noConnection'
  if (!(error instanceof ProblemError || error instanceof UnexpectedResponseError)) return undefined
  if (error.status === 429) return 'tooManyRequests'
  return error.status >= 500 ? 'serverFault' : undefined
}

/** A failure goes on being true until it is over; a refusal was one of what was sent. */
export function ifItPasses(failure: SaveFailure | undefined): SaveFailure | undefined {
  return failure && passingReason(failure.error) === undefined ? undefined : failure
}

/** In milliseconds: what the server asks for, else a quarter of a minute, and twice as long each time, up to 5 minutes. */
export function retryDelay({ error, count }: SaveFailure): number {
  const wanted = 'retryAfterSeconds' in error ? error.retryAfterSeconds : undefined
  const first = typeof wanted === 'number' ? Math.max(1, wanted) : 15
  return Math.max(first, Math.min(first * 2 ** (count - 1), 300)) * 1000
}
