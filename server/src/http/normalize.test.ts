import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { normalizeText } from './normalize.ts'

const schema = Type.Object({
  line: Type.String({ format: 'line' }),
  lines: Type.Array(Type.String({ format: 'lines' })),
  code: Type.String(),
  inner: Type.Object({ line: Type.String({ format: 'line' }) }),
})

test('texts are composed, trimmed, and have one kind of newline; everything else stays', () => {
  const value = {
    line: '  и\u0306 \r\n',
    lines: ['a\r\nb\r\rc\n', '\u00a0x\ufeff', 7, null],
    code: ' e\u0301 ',
    inner: { line: '\u212b', unknown: ' y ' },
    unknown: { line: ' z ' },
  }
  assert.deepEqual(normalizeText(schema, value), {
    line: 'й',
    lines: ['a\nb\r\rc', 'x', 7, null],
    code: ' e\u0301 ',
    inner: { line: 'Å', unknown: ' y ' },
    unknown: { line: ' z ' },
  })
})

test('values of the wrong shape come through as they are, for the validation to complain about', () => {
  for (const value of [
    null,
    undefined,
    7,
    'x',
    [],
    [' a '],
    { line: null },
    { lines: ' a ' },
    { inner: [' a '] },
  ]) {
    assert.deepEqual(normalizeText(schema, value), value)
  }
})

test('a member that is called like something of every object is a member like any other', () => {
  const value = JSON.parse('{"__proto__": {"line": " a "}, "constructor": " b ", "toString": 1}') as object
  const normalized = normalizeText(schema, value) as object
  assert.deepEqual(Object.keys(normalized), ['__proto__', 'constructor', 'toString'])
  assert.equal(Object.getPrototypeOf(normalized), Object.prototype)
})

test('the value that was given is not changed', () => {
  const value = Object.freeze({ line: ' a ', lines: Object.freeze([' b ']) })
  assert.deepEqual(normalizeText(schema, value), { line: 'a', lines: ['b'] })
  assert.deepEqual(value, { line: ' a ', lines: [' b '] })
})
