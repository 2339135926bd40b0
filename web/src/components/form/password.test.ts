import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordLength } from './password.ts'

for (const [password, count, fits] of [
  ['', 0, false],
  ['123456789', 9, false],
  ['1234567890', 10, true],
  ['          ', 10, true],
  ['🔑'.repeat(9), 9, false],
  ['🔑'.repeat(128), 128, true],
  ['x'.repeat(129), 129, false],
] as const) {
  test(`${password.slice(0, 12)}… has ${count} characters and ${fits ? 'fits' : 'does not fit'}`, () => {
    assert.deepEqual(passwordLength(password), { count, fits })
  })
}
