import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordLength, passwordStrength } from './password.ts'

test('characters are counted as the server counts them', () => {
  assert.equal(passwordLength('🔑'.repeat(9)), 9)
  assert.equal(passwordLength('          '), 10)
})

for (const [password, strength] of [
  ['', 'empty'],
  ['123456789', 'short'],
  ['🔑'.repeat(9), 'short'],
  ['x'.repeat(129), 'long'],
  ['1234567890', 'common'],
  ['0987654321', 'common'],
  ['aaaaaaaaaaaa', 'common'],
  ['Password123!', 'common'],
  ['qwertyuiop', 'common'],
  ['qwerty2024!', 'common'],
  ['пароль123456', 'common'],
  ['testtest12', 'common'],
  ['СлаваУкраїні', 'common'],
  ['zxcvbnm,./12', 'common'],
  ['a7k20dmq1z', 'fair'],
  ['три коні в полі', 'good'],
  ['correct horse battery staple', 'strong'],
] as const) {
  test(`${password.slice(0, 16)} is ${strength}`, () => assert.equal(passwordStrength(password), strength))
}
