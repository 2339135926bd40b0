import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullNameOf, initialsOf, tintOf } from './initials.ts'

test('initials are those of the names, else of the e-mail', () => {
  assert.equal(initialsOf({ first_name: 'Олександр', last_name: 'Коваль' }), 'ОК')
  assert.equal(initialsOf({ first_name: ' їжак ', last_name: '' }), 'Ї')
  assert.equal(initialsOf({ first_name: '', last_name: '', email: 'alex@example.com' }), 'A')
  assert.equal(initialsOf({ first_name: '', last_name: '' }), '')
})

test('an initial is what a reader takes for one character', () => {
  assert.equal(initialsOf({ first_name: '👩‍🏫 Ada', last_name: 'e\u0301mile' }), '👩‍🏫E\u0301')
})

test('a full name falls back to the e-mail', () => {
  assert.equal(fullNameOf({ first_name: 'Alex', last_name: '', email: 'a@b.c' }), 'Alex')
  assert.equal(fullNameOf({ first_name: '', last_name: '', email: 'a@b.c' }), 'a@b.c')
  assert.equal(fullNameOf({ first_name: '', last_name: '' }), '')
})

test('a person keeps their tint when their name changes, and people have different ones', () => {
  const tint = (id: number, last_name = 'Коваль') => tintOf({ id, first_name: 'Олена', last_name })
  assert.equal(tint(7), tint(7, 'Коваленко'))
  assert.ok(new Set([1, 2, 3, 4].map((id) => tint(id))).size > 2)
})

test('without an id the tint is that of the name', () => {
  const tint = (first_name: string) => tintOf({ first_name, last_name: '' })
  assert.equal(tint('Anna'), tint('Anna'))
  assert.ok(new Set(['Anna', 'Bohdan', 'Solomiia', 'Taras', 'Yui', 'Roman'].map(tint)).size > 2)
})
