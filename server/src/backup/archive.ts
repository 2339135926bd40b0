/**
 * The file of a backup: a tar archive, compressed with gzip, that any `tar` can unpack. Each entry carries the SHA-256 of
 * its bytes (the POSIX keyword `comment`, which `tar` ignores). The last entry is the manifest. It has the number of the other
 * entries and one SHA-256 over all of theirs, so that nothing can be missing, added or moved.
 */
import { createHash } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { extract, pack, type Header } from 'tar-stream'
import { OperatorError } from '../operator-error.ts'
import { hasCode, messageOf, textOf } from '../values.ts'
import { MANIFEST, type Contents } from './manifest.ts'

/** No entry of ours comes near it; a larger one is a lie. */
const MAX_ENTRY_BYTES = 256 * 2 ** 20

const HASH = 'sha256='

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What has passed so far, in order. */
function createTally() {
  const hash = createHash('sha256')
  let entries = 0
  return {
    add(name: string, digest: string): void {
      hash.update(`${digest} ${name}\n`)
      entries += 1
    },
    result: (): Contents => ({ entries, sha256: hash.copy().digest('hex') }),
  }
}

export type ArchiveWriter = {
  /** Resolves when there is room for more. */
  add: (name: string, bytes: Buffer) => Promise<void>
  /** Adds the manifest, and resolves when all of the file is written. */
  finish: (manifest: (contents: Contents) => object) => Promise<void>
}

/** @param file is ended, or destroyed when something fails */
export function writeArchive(file: Writable): ArchiveWriter {
  const tar = pack()
  const tally = createTally()
  const written = pipeline(tar, createGzip(), file)
  // Whoever waits for an entry hears of it.
  written.catch(() => {})

  const put = async (name: string, bytes: Buffer): Promise<string> => {
    const digest = sha256(bytes)
    const added = new Promise<void>((resolve, reject) => {
      const header = { name, size: bytes.length, mode: 0o600, pax: { comment: `${HASH}${digest}` } }
      tar.entry(header, bytes, (error) => (error ? reject(error) : resolve()))
    })
    added.catch(() => {})
    await Promise.race([added, written])
    return digest
  }

  return {
    async add(name, bytes) {
      tally.add(name, await put(name, bytes))
    },
    async finish(manifest) {
      await put(MANIFEST, Buffer.from(`${JSON.stringify(manifest(tally.result()), null, 2)}\n`))
      tar.finalize()
      await written
    },
  }
}

export type ArchiveEntry = { name: string; bytes: Buffer }

/**
 * Reads an archive from its beginning. Only bytes whose SHA-256 is right are given out; the manifest comes last.
 *
 * @param what names the file in errors
 * @throws OperatorError when it is no backup, or damaged.
 */
export async function* readArchive(
  file: Readable,
  what: string,
): AsyncGenerator<ArchiveEntry, Contents, undefined> {
  const tar = extract()
  const tally = createTally()
  const read = pipeline(file, createGunzip(), tar)
  read.catch(() => {})
  let isComplete = false
  try {
    for await (const entry of tar) {
      const { name, size, type } = entry.header
      if (isComplete) throw damaged(what, `"${name}" follows the manifest`)
      if (type !== 'file') throw damaged(what, `"${name}" is not a file`)
      if (size > MAX_ENTRY_BYTES) throw damaged(what, `"${name}" is too large`)
      const bytes = await buffer(entry)
      const digest = digestOf(entry.header)
      if (digest === undefined) throw damaged(what, `"${name}" has no checksum`)
      if (sha256(bytes) !== digest) throw damaged(what, `"${name}" is not what its checksum says`)
      if (name === MANIFEST) isComplete = true
      else tally.add(name, digest)
      yield { name, bytes }
    }
    await read
  } catch (error) {
    if (error instanceof OperatorError || !isOfTheFile(error)) throw error
    throw damaged(what, messageOf(error), error)
  } finally {
    file.destroy()
  }
  if (!isComplete) throw damaged(what, 'its end is missing')
  return tally.result()
}

function digestOf({ pax }: Header): string | undefined {
  const comment = textOf(pax, 'comment')
  return comment?.startsWith(HASH) ? comment.slice(HASH.length) : undefined
}

/** What zlib and tar say of bytes that they cannot read; what whoever uses the entries throws is something else. */
function isOfTheFile(error: unknown): boolean {
  if (hasCode(error, 'Z_DATA_ERROR', 'Z_BUF_ERROR', 'ERR_STREAM_PREMATURE_CLOSE')) return true
  return (
    error instanceof Error &&
    /^(?:Invalid tar header|Unexpected end of data|Invalid header|Header exceeds)/.test(error.message)
  )
}

export function damaged(what: string, reason: string, cause?: unknown): OperatorError {
  return new OperatorError(`${what} is damaged, or no backup of UPM: ${reason}.`, { cause })
}
