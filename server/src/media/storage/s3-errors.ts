/** What the errors of S3 mean to an operator, in a few words that name the variable to look at. */
import { S3ServiceException } from '@aws-sdk/client-s3'
import { codeOf } from '../../values.ts'

/** Amazon's own limit is fifteen minutes, others have five. */
const SKEW_MS = 4 * 60_000

export function isNamed(error: unknown, name: string): boolean {
  return error instanceof S3ServiceException && error.name === name
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
}

const REASONS: Record<string, string> = {
  SignatureDoesNotMatch: 'the access key is wrong or S3_SECRET_ACCESS_KEY is not its secret',
  InvalidAccessKeyId: 'the access key is wrong: the store does not know S3_ACCESS_KEY_ID',
  AccessDenied: 'the access key is wrong or lacks the right',
  AuthorizationHeaderMalformed: 'S3_REGION is not the region of the bucket, or the request is malformed',
  PermanentRedirect: 'it is in another region or at another address: see S3_REGION and S3_ENDPOINT',
  NoSuchBucket: 'the bucket does not exist',
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const status = statusOf(error)
  if (status === undefined) {
    return codeOf(error) ?? `${error.name} ${error.message.split('\n', 1)[0]}`
  }
  const code = [status, /^(?!Unknown)[A-Z]\w+$/.test(error.name) ? error.name : ''].join(' ').trim()
  const skew = skewOf(error)
  if (error.name === 'RequestTimeTooSkewed' || ((status === 400 || status === 403) && skew !== undefined)) {
    const minutes = skew === undefined ? 'too far' : `${skew} minutes`
    return `clock skew: the clock of this machine is ${minutes} from the store's (${code})`
  }
  return `${REASONS[error.name] ?? meaningOf(status, error)} (${code})`
}

/** Where there is no code of the store, as HEAD has none. */
function meaningOf(status: number, error: Error): string {
  if (status === 301) return 'it is in another region: see S3_REGION'
  if (status === 400 && error.message === 'UnknownError') return 'the region or the request is wrong'
  if (status === 403) return 'the access key is wrong or lacks the right'
  if (status === 404) return 'the bucket does not exist'
  return error.message.split('\n', 1)[0] ?? error.name
}

/** How many minutes this machine and the store that refused it are apart, by its `Date`, where that may be why. */
function skewOf(error: Error): number | undefined {
  const headers = error instanceof S3ServiceException ? (error.$response?.headers ?? {}) : {}
  const theirs = Date.parse(headers['date'] ?? '')
  const apart = Math.abs(Date.now() - theirs)
  return apart >= SKEW_MS ? Math.round(apart / 60_000) : undefined
}
