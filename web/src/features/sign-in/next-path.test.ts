import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextPath, withNext } from './next-path.ts'

for (const [wanted, path] of [
  ['/settings', '/settings'],
  [
    '/activity?action=avatar.*&before=2026-11-22T00%3A00%3A00Z',
    '/activity?action=avatar.*&before=2026-11-22T00%3A00%3A00Z',
  ],
  ['/people/42#top', '/people/42#top'],
  ['/people/../settings', '/settings'],
  ['/sign-in-history', '/sign-in-history'],
  ['/people/Оля', '/people/%D0%9E%D0%BB%D1%8F'],
] as const) {
  test(`${wanted} is where somebody goes on`, () => assert.equal(nextPath(wanted), path))
}

for (const wanted of [
  null,
  '',
  'settings',
  '//evil.example',
  '///evil.example',
  '/..//evil.example',
  '/people/..//evil.example/',
  '/.//evil.example',
  '/%2e%2e//evil.example',
  'https://evil.example',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,hello',
  '/\\evil.example',
  '\\\\evil.example',
  '/people\\..\\..\\evil',
  '/\t/evil.example',
  '/\n/evil.example',
  '\u0000/settings',
  '/settings\u0000',
  '/settings\u0085',
  ' /settings',
  '/',
  '/?error=INVALID_TOKEN',
  '/sign-in',
  '/sign-in?next=%2Fsign-in',
  '/sign-up/',
  '/forgot-password#top',
  '/reset-password?token=1',
]) {
  test(`${JSON.stringify(wanted)} leads to the profile`, () => assert.equal(nextPath(wanted), '/profile'))
}

test('the next screen knows where to go on', () => {
  assert.equal(withNext('/sign-up', '/profile'), '/sign-up')
  assert.equal(withNext('/sign-up', '/people/1?a=b&c'), '/sign-up?next=%2Fpeople%2F1%3Fa%3Db%26c')
  assert.equal(withNext('/sign-in?confirmed=1', '/settings'), '/sign-in?confirmed=1&next=%2Fsettings')
})
