import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { allProblems, builtInActions } from '../features.ts'
import { createFormats } from '../profile-types/formats.ts'
import { defaultSubjects } from '../catalogues/subjects.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV } from '../../test/visitor.ts'

const app = await useTestApp({ env: SIGN_IN_ENV })
const answer = await app.send('GET', '/api/schema/')

type MediaType = { schema?: object; example?: unknown; examples?: Record<string, { value: unknown }> }
type Response = {
  'x-problem-codes'?: string[]
  headers?: Record<string, object>
  content?: Record<string, MediaType>
}
type Operation = {
  operationId: string
  description?: string
  parameters?: { name: string; schema: object }[]
  requestBody?: { content: Record<string, MediaType> }
  responses: Record<string, Response>
}
type Document = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}
const document = answer.json<Document>()

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ at: `${method} ${path}`, method, ...operation })),
)

const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addFormat('int64', true)
for (const [name, { accepts }] of Object.entries(createFormats(defaultSubjects))) ajv.addFormat(name, accepts)
ajv.addSchema(document, 'openapi')

function assertFits(pointer: string[], value: unknown): void {
  const path = pointer
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/')
  const validate = ajv.compile({ $ref: `openapi#/${path}` })
  assert.ok(validate(value), `${pointer.join(' ')}: ${ajv.errorsText(validate.errors)}`)
}

test('the document is OpenAPI 3.1, valid, with named components and an id for each operation', async () => {
  assert.equal(document.openapi, '3.1.0')
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  assert.ok(valid, JSON.stringify(errors))
  for (const name of [
    'ProfileDocument',
    'ProfilePatch',
    'TutorProfile',
    'StudentProfile',
    'Settings',
    'SettingsPatch',
    'User',
    'Avatar',
    'ActivityEntry',
    'ActivitySummary',
    'PublicProfile',
    'SignInUser',
    'SignInSession',
    'SignInProblem',
    'Problem',
  ]) {
    assert.ok(document.components.schemas[name], name)
  }
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  assert.equal(new Set(ids).size, ids.length)
})

describe('every example fits the schema that it stands beside:', () => {
  let examples = 0
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const places = [
        ...Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => ({
          at: ['requestBody', 'content', type],
          type,
          media,
        })),
        ...Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
          Object.entries(content).map(([type, media]) => ({
            at: ['responses', status, 'content', type],
            type,
            media,
          })),
        ),
      ]
      for (const { at, type, media } of places) {
        const values = [
          ...('example' in media ? [media.example] : []),
          ...Object.values(media.examples ?? {}).map(({ value }) => value),
        ]
        for (const value of values) {
          if (!type.endsWith('json') && !type.startsWith('multipart')) continue
          examples++
          test(`${method} ${path} ${at.join(' ')}`, () =>
            assertFits(['paths', path, method, ...at, 'schema'], value))
        }
      }
    }
  }

  test('and there are enough of them', () => assert.ok(examples >= 20, String(examples)))
})

test('so do those of the components, and a form has its own', () => {
  let count = 0
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    for (const value of (schema as { examples?: unknown[] }).examples ?? []) {
      assertFits(['components', 'schemas', name], value)
      count++
    }
  }
  assert.ok(count >= 5)
  const upload = document.paths['/api/me/avatar/']?.['post']?.requestBody?.content['multipart/form-data']
  assert.equal(Object.keys(upload?.examples ?? {}).length, 2)
})

test('each error response has an example of each of its problems, in their own words', () => {
  for (const { at, responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      if (Number(status) < 400) continue
      const examples = response.content?.['application/problem+json']?.examples ?? {}
      assert.ok(Object.keys(examples).length > 0, `${at} ${status}`)
      assert.deepEqual(response['x-problem-codes'], Object.keys(examples), `${at} ${status}`)
      for (const [code, { value }] of Object.entries(examples)) {
        const example = value as Record<string, unknown>
        const type = allProblems.find((one) => one.code === code)
        assert.equal(type?.status, Number(status), `${at} ${code}`)
        assert.equal(example['code'], code, at)
        assert.equal(example['title'], type?.title.en, at)
        assert.doesNotMatch(String(example['detail']), /[{}]/, at)
      }
    }
  }
})

test('what the log can hold is described: each event, when it is logged, and an example of its metadata', () => {
  const text = JSON.stringify(document.components.schemas['ActivityEntry'])
  for (const action of builtInActions) {
    assert.ok(text.includes(action.code), action.code)
    const validate = new Ajv2020({ strict: false }).compile(action.metadata)
    assert.ok(validate(action.example), `${action.code}: ${JSON.stringify(validate.errors)}`)
  }
})

test('the reader of the document works without any other server', async () => {
  const page = await app.send('GET', '/api/docs/')
  assert.equal(page.statusCode, 200)
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
  assert.ok(links.length >= 4)
  for (const link of links) {
    assert.doesNotMatch(link, /^(?:https?:)?\/\//)
    const url = new URL(link, 'http://host/api/docs/').pathname
    assert.equal((await app.send('GET', url)).statusCode, 200, url)
  }
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'/)
})
