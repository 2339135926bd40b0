/** Holds every answer of a test against what the OpenAPI document promises for it. */
import assert from 'node:assert/strict'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

type MediaType = { schema?: object }
type Response = { 'x-problem-codes'?: string[]; content?: Record<string, MediaType> }
type Operation = {
  operationId: string
  'x-representations'?: Record<string, string>
  responses: Record<string, Response>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

export type CheckAnswer = (method: string, url: string, answer: LightMyRequestResponse) => void

export async function createContractCheck(app: FastifyInstance): Promise<CheckAnswer> {
  const document = closed((await app.inject('/api/schema/')).json<Document>())
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  ajv.addSchema(document, 'openapi')
  const compiled = new Map<string, ValidateFunction>()
  const paths = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replace(/\/$/, '/?')}$`),
  }))

  return (method, url, answer) => {
    const address = url.split('?', 1)[0] ?? url
    const path = paths.find(({ pattern }) => pattern.test(address))?.path
    const operation = path === undefined ? undefined : document.paths[path]?.[method.toLowerCase()]
    if (path === undefined || !operation) return
    const where = `${method} ${path} ${answer.statusCode}`
    const response = operation.responses[answer.statusCode]
    assert.ok(response, `${where} is not declared: ${answer.body.slice(0, 500)}`)
    if (answer.body === '') return
    const type = String(answer.headers['content-type']).split(';', 1)[0] ?? ''
    // Other media types of an address are operations of their own.
    const other = operations.find(({ operationId }) => operationId === operation['x-representations']?.[type])
    const media = (other ?? operation).responses[answer.statusCode]?.content?.[type]
    assert.ok(media, `${where} does not declare ${type}`)
    if (type === 'application/problem+json') {
      const { code } = answer.json<{ code: string }>()
      const codes = response['x-problem-codes']
      assert.ok(codes?.includes(code), `${where} does not declare the problem ${code}`)
    }
    if (!media.schema || !/[/+]json$/.test(type)) return
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(answer.statusCode),
      'content',
      type,
      'schema',
    ]
    const reference = `openapi#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
    let validate = compiled.get(reference)
    if (!validate) compiled.set(reference, (validate = ajv.compile({ $ref: reference })))
    assert.ok(
      validate(answer.json()),
      `${where}: ${ajv.errorsText(validate.errors)}: ${answer.body.slice(0, 500)}`,
    )
  }
}

/** Answers are open to new members; those of this server have none that it does not declare. */
function closed(document: Document): Document {
  const close = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(close)
    if (typeof part !== 'object' || part === null) return part
    const schema = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, close(value)]))
    const isShape = schema['type'] === 'object' && typeof schema['properties'] === 'object'
    return isShape ? { additionalProperties: false, ...schema } : schema
  }
  return close(document) as Document
}
