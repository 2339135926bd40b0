import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { toError } from '../values.ts'

/** A part of a form as it arrives; the content goes to what the reader makes of it. */
export type PartHead = { name: string; filename: string | undefined; type: string }
export type PartSink = { write: (chunk: Buffer) => void; end: () => void }

export type FormLimits = { bytes: number; parts: number }

/** Long enough for any name, and short enough to be repeated in an answer. */
const MAX_HEADER_BYTES = 8 * 1024

/**
 * Reads a form (RFC 7578) and hands on its parts, fields and files alike, without keeping anything of them.
 *
 * @param signal ends the reading
 * @returns whether the form was read to its end; false when it has more bytes or parts than the limits
 * @throws Error when the form is malformed or breaks off; the reason of the signal
 */
export async function readForm(
  body: Readable,
  headers: IncomingHttpHeaders,
  limits: FormLimits,
  onPart: (head: PartHead) => PartSink,
  signal: AbortSignal,
): Promise<boolean> {
  const parser = new Busboy({
    headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
    isPartAFile: () => true,
    limits: { headerSize: MAX_HEADER_BYTES },
  })
  let bytes = 0
  let parts = 0
  return new Promise<boolean>((resolve, reject) => {
    const stop = () => {
      body.off('data', onData)
      body.off('close', onClose)
      body.off('error', fail)
      signal.removeEventListener('abort', onAbort)
      body.unpipe(parser)
      // What is left is read by nobody, but it is read: else the answer would not reach who is still sending.
      body.resume()
    }
    const settle = (whole: boolean) => {
      stop()
      resolve(whole)
    }
    const fail = (error: Error) => {
      stop()
      reject(error)
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > limits.bytes) settle(false)
    }
    const onClose = () => {
      if (!body.readableEnded) fail(new Error('the connection broke within the form'))
    }
    const onAbort = () => fail(toError(signal.reason))
    parser.on('file', (name: string | undefined, stream, filename: string | undefined, _encoding, type) => {
      const sink = onPart({ name: name ?? '', filename, type })
      stream.on('data', (chunk: Buffer) => sink.write(chunk))
      stream.on('end', () => sink.end())
      stream.on('error', () => {})
      parts += 1
      if (parts > limits.parts) settle(false)
    })
    parser.on('error', (error: unknown) =>
      // A body without a single byte is a form without a field.
      bytes === 0 ? settle(true) : fail(toError(error)),
    )
    parser.on('finish', () => settle(true))
    body.on('data', onData)
    body.on('close', onClose)
    body.on('error', fail)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    body.pipe(parser)
  })
}
