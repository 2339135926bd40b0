import { problems, Problem, validationFailed } from '../errors.ts'
import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { MAX_JSON_BYTES } from './body-limit.ts'

/** Reads JSON bodies (also as `application/merge-patch+json`) and nothing else: other types are 415. */
export function registerJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer', bodyLimit: MAX_JSON_BYTES },
    async (request: FastifyRequest, body: Buffer) =>
      // Many clients call even an empty body JSON. Where the route takes no body, there is nothing to refuse.
      body.length === 0 && request.routeOptions.schema?.body === undefined ? undefined : parseJson(body),
  )
}

/** @throws Problem `invalid_json`. */
export function parseJson(body: Buffer): unknown {
  // Decoding would put U+FFFD in the place of broken bytes, and the text would be stored that way.
  if (!isUtf8(body)) throw new Problem(problems.invalid_json)
  checkShape(body)
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new Problem(problems.invalid_json, { cause })
  }
}

/** No honest body comes near; without a limit a small one could exhaust the stack of whatever walks it (RFC 8259, section 9). */
const MAX_DEPTH = 100
/**
 * Texts, members, lists and objects of a whole body, of which a member with its name counts twice. Each costs the parser
 * many times its bytes, and a name that is new most of all.
 */
const MAX_PARTS = 60_000
/** Whatever stands between commas. Numbers cost the parser least, but what comes after it as much as texts. */
const MAX_VALUES = 60_000

const [QUOTE, BACKSLASH, COLON, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] =
  Buffer.from('"\\:,[]{}')

/**
 * Judges by the bytes, before anything is built from them, how deep lists and objects are nested and how many parts
 * there are.
 *
 * @throws Problem `invalid_json`, `validation_failed`.
 */
function checkShape(json: Buffer): void {
  let depth = 0
  let parts = 0
  let values = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (inText) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) {
      inText = true
      parts++
    } else if (byte === COLON) parts++
    else if (byte === COMMA) values++
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      parts++
      if (++depth > MAX_DEPTH) throw new Problem(problems.invalid_json)
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
  }
  if (parts > MAX_PARTS || values > MAX_VALUES) {
    const max = parts > MAX_PARTS ? MAX_PARTS : MAX_VALUES
    throw validationFailed([{ field: '', code: 'max_items', params: { max } }])
  }
}

/** @throws Problem `invalid_json` when the request came without a body. */
export function jsonBody(request: FastifyRequest): unknown {
  if (request.body === undefined) throw new Problem(problems.invalid_json)
  return request.body
}
