import assert from 'node:assert/strict'
import { test } from 'node:test'
import { widgetByType, type FieldSchema, type Widget } from './field-schema.ts'

const fields: [schema: FieldSchema, widget: Widget][] = [
  [{ type: 'string' }, 'line'],
  [{ type: ['string', 'null'], maxLength: 201 }, 'text'],
  [{ type: ['string', 'null'], enum: ['a', null] }, 'choice'],
  [{ type: ['integer', 'null'] }, 'integer'],
  [{ type: 'number' }, 'integer'],
  [{ type: 'boolean' }, 'flag'],
  [{ type: 'array', items: { type: 'string' } }, 'list'],
  [{ type: 'array', items: { type: 'string', enum: ['a'] } }, 'choices'],
  [{ type: ['object', 'null'], properties: {} }, 'object'],
  [{}, 'line'],
]

for (const [schema, widget] of fields) {
  test(`a field of ${JSON.stringify(schema)} is drawn as ${widget} where its own widget is not known`, () => {
    assert.equal(widgetByType(schema), widget)
  })
}
