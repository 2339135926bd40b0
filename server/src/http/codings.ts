/** The content codings of answers (RFC 9110, section 8.4.1), and which of them a client takes. */
import * as zlib from 'node:zlib'
import Negotiator from 'negotiator'
import { firstPreferences } from './language.ts'

/** Larger bodies are compressed less thoroughly: 1 MiB takes as long as 100 kB would otherwise (some milliseconds). */
const LARGE_BYTES = 64 * 1024

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_SIZE_HINT } = zlib.constants

type Coder = (body: Buffer) => Buffer

const isLarge = (body: Buffer) => body.length > LARGE_BYTES

/** The codings that this Node knows, best first: of 40 kB of JSON they leave 6.3, 6.7 and 7.5 kB. */
const coders: ReadonlyMap<string, Coder> = new Map<string, Coder>([
  [
    'br',
    (body) =>
      zlib.brotliCompressSync(body, {
        params: {
          [BROTLI_PARAM_QUALITY]: isLarge(body) ? 3 : 5,
          [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT,
          [BROTLI_PARAM_SIZE_HINT]: body.length,
        },
      }),
  ],
  ['gzip', (body) => zlib.gzipSync(body, { level: isLarge(body) ? 4 : 6 })],
  // The first releases of Node 22 do not have it.
  ...(typeof zlib.zstdCompressSync === 'function'
    ? [['zstd', (body: Buffer) => zlib.zstdCompressSync(body)] as const]
    : []),
])

const codings = [...coders.keys()]

/** The codings of an `Accept-Encoding` header that the server has, what the client prefers first, and the best among equals. */
export function acceptedCodings(header: string | string[] | undefined): string[] {
  if (typeof header !== 'string' || header === '') return []
  // The types of the package do not know its option yet.
  const negotiator: { encodings: (available: string[], options: { preferred: string[] }) => string[] } =
    new Negotiator({ headers: { 'accept-encoding': firstPreferences(header) } })
  const accepted = negotiator.encodings([...codings, 'identity'], { preferred: codings })
  // A client may prefer the body as it is.
  return accepted[0] === 'identity' ? [] : accepted.filter((coding) => coding !== 'identity')
}

/**
 * The body in one of our codings. It is done at once and not in another thread: most bodies take 0.1 ms, which is less than the way
 * there and back, and only one coder at a time has memory.
 */
export function encode(body: Buffer, coding: string): Buffer {
  const coder = coders.get(coding)
  if (!coder) throw new TypeError(`there is no coding ${coding}`)
  return coder(body)
}
