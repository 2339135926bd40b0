/** A cache in front of the files (a CDN, Varnish, nginx) is told which of them are gone. */
const TIMEOUT_MS = 5000

/** Resolves when the cache keeps none of these files any more. */
export type Purge = (keys: readonly string[]) => Promise<void>

/**
 * Sends `PURGE` to the address of each file at the cache, which Fastly, Varnish and the purge modules of nginx understand. It
 * says nothing but the address. 404 means that the cache has no copy. No redirect is followed.
 *
 * @param url what stands before a key there (`MEDIA_PURGE_URL`); undefined: there is no cache to be told
 */
export function createPurge(url: string | undefined): Purge | undefined {
  if (url === undefined) return undefined
  const base = url.replace(/\/+$/, '')
  const purgeOne = async (key: string) => {
    const { status, body } = await fetch(`${base}/${key}`, {
      method: 'PURGE',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await body?.cancel()
    if ((status < 200 || status > 299) && status !== 404)
      throw new Error(`The cache at MEDIA_PURGE_URL answers ${status} to PURGE`)
  }
  return async (keys) => {
    const failed = (await Promise.allSettled(keys.map(purgeOne))).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }
}
