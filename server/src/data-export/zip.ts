/** A ZIP file that is written while it is read: what is in memory does not depend on how much goes in. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { createYoungMemory } from './young-memory.ts'

/** What the manifest says of a file. */
export type Packed = { path: string; bytes: number; sha256: string }

export type Zip = ReturnType<typeof createZip>

/** @param at the time that the files have in the archive */
export function createZip(at: Date) {
  const zip = new ZipFile()
  const goneBy = createYoungMemory()
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the types of the library say less: it is a PassThrough
  const output = zip.outputStream as Readable
  zip.on('error', (error) => output.destroy(error))
  const gone = new Promise<never>((_, reject) => {
    output.once('close', () => reject(output.errored ?? new Error('nobody reads the archive any more')))
  })
  // It counts while a file waits to be read.
  gone.catch(() => {})

  /**
   * Adds a file, and resolves when all of it has been read. One at a time.
   *
   * @param isCompressed whether it has been compressed already, as pictures are
   */
  async function add(
    path: string,
    content: AsyncIterable<Buffer>,
    { isCompressed = false } = {},
  ): Promise<Packed> {
    const hash = createHash('sha256')
    let bytes = 0
    async function* counted() {
      for await (const chunk of content) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
        goneBy(chunk.length)
      }
    }
    const stream = Readable.from(counted(), { objectMode: false })
    const read = new Promise<void>((resolve, reject) => {
      stream.once('end', resolve)
      stream.once('error', reject)
    })
    zip.addReadStream(stream, path, { mtime: at, compress: !isCompressed })
    try {
      await Promise.race([read, gone])
    } catch (error) {
      stream.destroy()
      throw error
    }
    return { path, bytes, sha256: hash.digest('hex') }
  }

  return { output, add, end: () => zip.end() }
}
