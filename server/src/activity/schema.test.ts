import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { useTestApp } from '../../test/test-app.ts'
import { createFormats } from '../profile-types/formats.ts'
import { createValidator } from '../http/validation.ts'
import { builtInActions } from '../features.ts'
import { createActions, defineAction } from '../log/actions.ts'
import { batchExample, createActivitySchemas, csvExample, entryExample } from './schema.ts'

const lessonBooked = defineAction({
  code: 'lesson.booked',
  description: 'A lesson was booked.',
  entityType: 'lesson',
  metadata: Type.Object({ lesson: Type.Integer() }),
  example: { lesson: 7 },
  external: true,
})

const app = await useTestApp({ actions: [lessonBooked] })
const validator = createValidator(createFormats([]))
const schemas = createActivitySchemas(createActions(builtInActions, [lessonBooked]))

test('the examples are what the schemas describe', () => {
  assert.deepEqual(validator.body(schemas.entry)(entryExample), [])
  assert.deepEqual(validator.body(schemas.batch)(batchExample), [])
  assert.equal(csvExample.split('\r\n')[0], Object.keys(entryExample).join(','))
  for (const { code, metadata, example } of [...builtInActions, lessonBooked]) {
    assert.deepEqual(validator.body(metadata)(example), [], code)
  }
})

test('the documentation lists every action, when it is logged and with what, also those of a host', async () => {
  const { components, paths } = (await app.app.inject('/api/schema/')).json<{
    components: { schemas: Record<string, { description: string }> }
    paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>
  }>()
  const description = components.schemas['ActivityEntry']?.description ?? ''
  for (const action of [...builtInActions, lessonBooked]) {
    assert.ok(description.includes(`\`${action.code}\``), action.code)
    assert.ok(description.includes(action.description), action.code)
    assert.ok(description.includes(JSON.stringify(action.example)), action.code)
  }
  assert.ok(components.schemas['ActivityBatchEntry'])
  const types = (path: string) => Object.keys(paths[path]?.['get']?.responses['200']?.content ?? {})
  assert.deepEqual(types('/api/me/activity/'), ['application/json'])
  assert.deepEqual(types('/api/me/activity/ndjson/'), ['application/x-ndjson'])
  assert.deepEqual(types('/api/me/activity/csv/'), ['text/csv'])
})

test('a service can log what a host has declared, and its metadata must fit', async () => {
  const token = await app.token({ scope: 'activity:write' })
  const post = (metadata: object) =>
    app.send('POST', '/api/activity/', {
      token,
      body: [{ id: crypto.randomUUID(), user_id: null, action: 'lesson.booked', metadata }],
    })
  assert.equal((await post({ lesson: 7 })).statusCode, 200)
  const refused = await post({ lesson: 'seven' })
  assert.equal(refused.json<{ errors: { field: string }[] }>().errors[0]?.field, '[0].metadata.lesson')
})
