import type { Client } from 'openapi-fetch'
import { readJson, UnexpectedResponseError } from './errors.ts'
import type { ResponseLike, SignalLike } from './platform.ts'
import type { paths } from './schema.gen.ts'
import { watcherOf } from './watching.ts'

export type Api = Client<paths>

export type CallOptions = {
  /** Cancels the request; what is thrown then is the signal's reason. */
  signal?: SignalLike | undefined
}

export type ReadOptions = CallOptions & {
  /** The `etag` that you have: undefined is what you get when it is still the current one. */
  ifNoneMatch?: string | undefined
}

/** What was read, and its entity tag: what `ifNoneMatch` and `ifMatch` take. */
export type Tagged<T> = { data: T; etag: string }

/** Reads, perhaps what `What` names; with `ifNoneMatch`, undefined says that nothing has changed. */
export type Read<T, What extends unknown[] = []> = {
  (...args: [...What, options?: CallOptions & { ifNoneMatch?: undefined }]): Promise<T>
  (...args: [...What, options: ReadOptions]): Promise<T | undefined>
}

/**
 * Options for openapi-fetch. It is asked not to read the answer, so that a failing or strange one becomes an error of
 * ours; the type does not say so, and with it stays that of the parsed answer.
 */
export function request({ signal }: CallOptions = {}): Record<string, unknown> {
  return { parseAs: 'stream', ...(signal && { signal }) }
}

/** The header of a read that says what the caller has. */
export function readHeader({ ifNoneMatch }: ReadOptions): { 'if-none-match'?: string } {
  return ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }
}

/** The data of an answer, of the type that openapi-fetch found in the contract. */
export async function dataOf<T>(
  call: Promise<{ data?: T; response: unknown }>,
  signal?: SignalLike,
): Promise<{ data: T; response: ResponseLike }> {
  const response = (await call).response as ResponseLike
  return { data: await readJson<T>(response, signal), response }
}

/** The same with the entity tag; undefined when what the caller has is still current (304). */
export async function taggedOf<T>(
  call: Promise<{ data?: T; response: unknown }>,
  signal?: SignalLike,
): Promise<Tagged<T> | undefined> {
  const response = (await call).response as ResponseLike
  if (response.status === 304) return undefined
  // A proxy that compresses makes tags weak (W/"7"), and a weak one never passes If-Match. Ours name a version of the
  // content, not its bytes, and so they stay strong.
  watcherOf(response)?.header('ETag')
  const etag = response.headers.get('etag')?.replace(/^W\//, '')
  const data = await readJson<T>(response, signal)
  if (etag === undefined) throw new UnexpectedResponseError(response, 'the answer has no ETag')
  return { data, etag }
}
