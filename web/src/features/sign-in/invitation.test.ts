import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInvitation } from './invitation.ts'

test('the fragment of an invitation says whom it is for, and any other is none', () => {
  assert.deepEqual(readInvitation('#invitation=abc&email=a%2Bb%40example.com&role=tutor'), {
    token: 'abc',
    email: 'a+b@example.com',
    role: 'tutor',
  })
  assert.equal(readInvitation('#invitation=abc&email=a%40example.com')?.role, null)
  for (const hash of ['', '#', '#top', '#invitation=abc', '#email=a%40example.com', '#invitation=&email=a']) {
    assert.equal(readInvitation(hash), undefined, hash)
  }
})
