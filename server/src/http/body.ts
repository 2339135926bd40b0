import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../errors.ts'
import { MAX_JSON_BYTES } from './problem.ts'

/** Reads JSON bodies (also as `application/merge-patch+json`) and nothing else: other types are 415. */
export function registerJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer', bodyLimit: MAX_JSON_BYTES },
    async (_request: FastifyRequest, body: Buffer) => parseJson(body),
  )
}

/** @throws Problem `invalid_json`. */
export function parseJson(body: Buffer): unknown {
  // Decoding would put U+FFFD in the place of broken bytes, and the text would be stored that way.
  if (!isUtf8(body) || isTooDeep(body)) throw new Problem('invalid_json')
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new Problem('invalid_json', { cause })
  }
}

/** No honest body comes near; without a limit a small one could exhaust the stack of whatever walks it (RFC 8259, section 9). */
const MAX_DEPTH = 100

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}')

/** Whether lists and objects are nested deeper than we read. Judged by the bytes, before anything is built from them. */
function isTooDeep(json: Buffer): boolean {
  let depth = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (inText) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) return true
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
  }
  return false
}

/** @throws Problem `invalid_json` when the request came without a body. */
export function jsonBody(request: FastifyRequest): unknown {
  if (request.body === undefined) throw new Problem('invalid_json')
  return request.body
}
