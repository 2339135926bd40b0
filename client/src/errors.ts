import type { ResponseLike, SignalLike } from './platform.ts'
import { asksForCode, watcherOf } from './watching.ts'
import type { components, FieldCode, ProblemCode } from './schema.gen.ts'
import type { Open } from './types.ts'

type ProblemBody = components['schemas']['Problem']

/** One faulty field of what was sent. */
export type FieldError = {
  /** Its path in the request, such as `tutor_profile.headline` or `tutor_profile.subjects[2]`. */
  field: string
  /** For programs: `max_length`, `not_nullable`, … */
  code: Open<FieldCode>
  /** For people, in the language of the request. */
  message: string
  /** What the message is about: `{ max: 120 }`. */
  params: Record<string, unknown>
}

/** Everything that the client itself throws. An abort is none of it: it stays what the signal says. */
export class UpmError extends Error {
  override name = 'UpmError'
}

/** The server refused, and said why: an `application/problem+json` (RFC 9457). */
export class ProblemError extends UpmError {
  override name = 'ProblemError'
  /** The HTTP status. */
  readonly status: number
  /** What programs branch on: `validation_failed`, `precondition_failed`, `rate_limited`, … */
  readonly code: Open<ProblemCode>
  /** For people, in the language of the request. */
  readonly title: string
  readonly detail: string
  /** Every faulty field; empty where no field is at fault. */
  readonly fieldErrors: readonly FieldError[]
  /** How long to wait before the next attempt (`Retry-After`), where the server says so. */
  readonly retryAfterSeconds: number | undefined
  /** What to quote to the operators. */
  readonly requestId: string | undefined

  constructor(problem: ProblemBody, headers: ResponseLike['headers']) {
    super(`${problem.title}: ${problem.detail} (${problem.status} ${problem.code})`)
    this.status = problem.status
    this.code = problem.code
    this.title = problem.title
    this.detail = problem.detail
    this.fieldErrors = (problem.errors ?? []).map(({ params = {}, ...error }) => ({ ...error, params }))
    this.retryAfterSeconds = retryAfter(headers.get('retry-after'))
    this.requestId = headers.get('x-request-id') ?? undefined
  }
}

/** No answer, or half of one: offline, refused, cut off. `cause` is what the platform said. */
export class NetworkError extends UpmError {
  override name = 'NetworkError'

  constructor(cause: unknown) {
    super('the server could not be reached, or the connection broke off', { cause })
  }
}

/** An answer that is none of UPM's: a proxy's error page, a portal's sign-in, a wrong `baseUrl`. */
export class UnexpectedResponseError extends UpmError {
  override name = 'UnexpectedResponseError'
  readonly status: number
  readonly contentType: string | undefined
  /** The beginning of the answer. */
  readonly body: string
  readonly retryAfterSeconds: number | undefined
  readonly requestId: string | undefined

  constructor({ status, headers }: ResponseLike, body: string, cause?: unknown) {
    super(`the answer is not one of UPM's (status ${status})`, { cause })
    this.status = status
    this.contentType = headers.get('content-type') ?? undefined
    this.body = body.slice(0, 1000)
    this.retryAfterSeconds = retryAfter(headers.get('retry-after'))
    this.requestId = headers.get('x-request-id') ?? undefined
  }
}

type Asked = { [asksForCode]?: (code: string) => void }

/** Whether something caught is a problem, and this one: `isProblem(error, 'precondition_failed')`. */
export function isProblem(error: unknown): error is ProblemError
export function isProblem<Code extends ProblemCode>(
  error: unknown,
  code: Code,
): error is ProblemError & { code: Code }
export function isProblem(error: unknown, code?: ProblemCode): boolean {
  if (!(error instanceof ProblemError)) return false
  if (code === undefined) return true
  ;(error as Asked)[asksForCode]?.(code)
  return error.code === code
}

/**
 * What is wrong with a field, for whatever was caught: the errors of the path itself and of what is inside of it
 * (`tutor_profile.subjects` finds `tutor_profile.subjects[2]`). None for other errors.
 */
export function fieldErrorsAt(error: unknown, path: string): FieldError[] {
  if (!(error instanceof ProblemError)) return []
  return error.fieldErrors.filter(
    ({ field }) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`),
  )
}

/** What is thrown for a response that is no success. */
export async function refusal(response: ResponseLike, signal?: SignalLike | null): Promise<UpmError> {
  const text = await readText(response, signal)
  try {
    const body = JSON.parse(text) as Partial<ProblemBody> | null
    if (typeof body?.code === 'string' && typeof body.status === 'number') {
      const problem = new ProblemError(body as ProblemBody, response.headers)
      return watcherOf(response)?.problem(problem) ?? problem
    }
  } catch {
    // Not JSON: no problem document either.
  }
  return new UnexpectedResponseError(response, text)
}

/** The JSON of a success; whatever is wrong with it becomes an error of ours. */
export async function readJson<T>(response: ResponseLike, signal?: SignalLike | null): Promise<T> {
  const text = await readText(response, signal)
  try {
    const data = JSON.parse(text) as T
    return watcherOf(response)?.data(data) ?? data
  } catch (cause) {
    throw new UnexpectedResponseError(response, text, cause)
  }
}

export async function readText(response: ResponseLike, signal?: SignalLike | null): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw transferError(cause, signal)
  }
}

/** An abort stays what it is; any other failure of a transfer is one of the network. */
export function transferError(cause: unknown, signal?: SignalLike | null): unknown {
  const name = cause instanceof Error ? cause.name : ''
  return signal?.aborted || name === 'AbortError' || name === 'TimeoutError' ? cause : new NetworkError(cause)
}

/** What an aborted call throws; older platforms give no reason. */
export function abortReason(signal: SignalLike | undefined): unknown {
  return signal?.reason ?? Object.assign(new Error('the request was cancelled'), { name: 'AbortError' })
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  if (/^\d+$/.test(header)) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000))
}
