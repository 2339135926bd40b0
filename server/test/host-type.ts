/** A profile type of a host with every kind of field, also such as do not say how large they may be. */
import { Type } from 'typebox'
import {
  choiceField,
  defineProfileType,
  integerField,
  lineField,
  listField,
  objectField,
  textField,
} from '../src/index.ts'

const about = { labels: { uk: 'Поле', en: 'Field' } }
const options = { one: about.labels, two: about.labels, three: about.labels }
const plain = (schema: object) => Type.Unsafe<unknown>({ ...schema, default: null })

export const hostType = defineProfileType({
  name: 'host',
  labels: about.labels,
  fields: {
    a_line: lineField(100, about),
    a_long_text: textField(20_000, about),
    a_text_without_limit: plain({ type: ['string', 'null'] }),
    a_line_without_limit: plain({ type: ['string', 'null'], format: 'line' }),
    a_language: plain({ type: ['string', 'null'], format: 'language-tag' }),
    an_address: plain({ type: ['string', 'null'], format: 'uri' }),
    a_pattern: plain({ type: ['string', 'null'], pattern: '^(?:a+)+$', maxLength: 2000 }),
    an_integer: integerField(0, 10, about),
    a_number: plain({ type: ['number', 'null'], multipleOf: 0.5 }),
    a_switch: plain({ type: ['boolean', 'null'] }),
    a_choice: choiceField({ ...about, options }),
    choices: listField(Type.Enum(['one', 'two', 'three']), 3, 'choices', { ...about, options }),
    lines: listField(Type.String({ format: 'line', maxLength: 50 }), 20, 'list', about),
    texts_without_limit: listField(Type.String(), 50, 'list', about),
    languages: listField(Type.String({ format: 'language-tag', maxLength: 35 }), 100, 'list', about),
    numbers: listField(Type.Number(), 100, 'list', about),
    mixed: listField(Type.Union([Type.String(), Type.Number(), Type.Null()]), 100, 'list', about),
    objects: listField(
      Type.Object({ name: Type.String({ format: 'line', maxLength: 50 }), year: Type.Integer() }),
      50,
      'list',
      about,
    ),
    lists: listField(Type.Array(Type.Enum(['one', 'two'])), 10, 'list', about),
    a_list_without_limit: plain({ type: ['array', 'null'], items: {}, uniqueItems: true }),
    anything: plain({}),
    an_object: objectField(
      { amount: Type.String(), inner: Type.Object({ line: Type.String({ format: 'line' }) }) },
      'object',
      about,
    ),
    a_map: plain({ type: ['object', 'null'], additionalProperties: { type: 'string', format: 'line' } }),
  },
  publicFields: [],
  searchableFields: [],
})
