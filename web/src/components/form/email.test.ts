import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEmail } from './email.ts'

for (const address of [
  'maria@example.com',
  ' maria@example.com ',
  'a.b+c@sub.example.org',
  "o'neil@x-y.ua",
]) {
  test(`${address} is an address`, () => assert.ok(isEmail(address)))
}
for (const address of [
  'maria',
  'maria@localhost',
  'оля@example.com',
  'maria@',
  '@example.com',
  'a b@example.com',
  'a@b@example.com',
  'a@example..com',
]) {
  test(`${address} is none`, () => assert.ok(!isEmail(address)))
}
