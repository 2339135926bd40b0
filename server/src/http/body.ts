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
    (_request, body, done) => {
      // Decoding would put U+FFFD in the place of broken bytes, and the text would be stored that way.
      if (!isUtf8(body as Buffer)) return done(new Problem('invalid_json'))
      let value: unknown
      try {
        value = JSON.parse(body.toString())
      } catch (cause) {
        return done(new Problem('invalid_json', { cause }))
      }
      done(null, value)
    },
  )
}

/** @throws Problem `invalid_json` when the request came without a body. */
export function jsonBody(request: FastifyRequest): unknown {
  if (request.body === undefined) throw new Problem('invalid_json')
  return request.body
}
