/** The pictures of the old system: a folder, or the address that its media are served at. */
import { open, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { OperatorError } from '../operator-error.ts'
import { hasCode, messageOf } from '../values.ts'

/** Why there is no picture to be had: the reason in the report. */
type Missing = 'file_missing' | 'file_too_large' | 'file_outside'

export type OldMedia = { read: (name: string) => Promise<Buffer | Missing> }

const FETCH_TIMEOUT_MS = 60_000

/**
 * @param place a folder (`MEDIA_ROOT`) or an address (`MEDIA_URL` with its host)
 * @throws OperatorError when there is no such folder
 */
export async function openOldMedia(place: string, maxBytes: number): Promise<OldMedia> {
  if (/^https?:\/\//i.test(place)) return { read: (name) => download(place, name, maxBytes) }
  const root = resolve(place)
  const facts = await stat(root).catch(() => undefined)
  if (!facts?.isDirectory())
    throw new OperatorError(`--media: there is no folder ${root}. Nothing was imported.`)
  return { read: (name) => readFrom(root, name, maxBytes) }
}

/** Django keeps the path below MEDIA_ROOT; some projects keep the path of the address. */
function relative(name: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(name) || name.includes('\0') || name.includes('\\')) return undefined
  const path = name.replace(/^\/+(?:media\/+)?/, '')
  return path.split('/').includes('..') ? undefined : path
}

async function readFrom(root: string, name: string, maxBytes: number): Promise<Buffer | Missing> {
  const path = relative(name)
  if (path === undefined) return 'file_outside'
  const file = join(root, path)
  if (!file.startsWith(`${root}${root.endsWith(sep) ? '' : sep}`)) return 'file_outside'
  let handle
  try {
    // A pipe would be waited for until somebody writes into it.
    if (!(await stat(file)).isFile()) return 'file_missing'
    handle = await open(file)
    if ((await handle.stat()).size > maxBytes) return 'file_too_large'
    return await handle.readFile()
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return 'file_missing'
    throw new OperatorError(
      `The picture ${file} cannot be read: ${messageOf(error)}. Run the import again.`,
      {
        cause: error,
      },
    )
  } finally {
    await handle?.close()
  }
}

async function download(place: string, name: string, maxBytes: number): Promise<Buffer | Missing> {
  const base = place.endsWith('/') ? place : `${place}/`
  const own = name.startsWith(base) ? name.slice(base.length) : name
  const path = relative(own)
  if (path === undefined) return 'file_outside'
  const url = new URL(path.split('/').map(encodeURIComponent).join('/'), base)
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) })
    if (answer.status === 404 || answer.status === 410) {
      await answer.body?.cancel()
      return 'file_missing'
    }
    if (!answer.ok || !answer.body) throw new Error(`the server answered ${answer.status}`)
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of answer.body) {
      bytes += part.byteLength
      if (bytes > maxBytes) return 'file_too_large'
      parts.push(part)
    }
    return Buffer.concat(parts)
  } catch (cause) {
    throw new OperatorError(
      `The picture ${url.href} cannot be read: ${messageOf(cause)}. Run the import again.`,
      {
        cause,
      },
    )
  }
}
