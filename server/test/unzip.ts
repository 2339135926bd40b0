/** Reads a ZIP file as any program would: by its central directory, with every checksum compared. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import yauzl from 'yauzl'

/** The files of an archive by their paths. */
export async function unzip(zip: Buffer): Promise<Map<string, Buffer>> {
  const archive = await yauzl.fromBufferPromise(zip, { strictFileNames: true })
  const files = new Map<string, Buffer>()
  for await (const entry of archive.eachEntry()) {
    const stream = await archive.openReadStreamPromise(entry)
    files.set(entry.fileName, await buffer(stream))
  }
  return files
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
