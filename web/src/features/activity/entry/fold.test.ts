import assert from 'node:assert/strict'
import { test } from 'node:test'
import { devicesOf, foldedSentence, foldEqual } from './fold.ts'
import { testNames } from './test-names.ts'

const names = { uk: testNames('uk'), en: testNames('en') }
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

let ids = 0
const entry = (
  action: string,
  metadata: Record<string, unknown> = {},
  userAgent: string | null = FIREFOX,
) => ({
  id: String(++ids),
  action,
  metadata,
  ip_address: '203.0.113.7',
  user_agent: userAgent,
  actor: null,
})
const sizes = (...entries: ReturnType<typeof entry>[]) =>
  foldEqual(entries, names.uk).map(({ length }) => length)

test('entries that say the same and follow on each other are one', () => {
  const login = () => entry('system.login')
  assert.deepEqual(sizes(login(), login(), entry('avatar.deleted'), login(), login(), login()), [2, 1, 3])
  assert.deepEqual(sizes(), [])
})

test('what says something else, or was done by somebody else, stays on its own', () => {
  const invite = (to: string) => entry('invite.sent', { to })
  assert.deepEqual(sizes(invite('a@example.com'), invite('b@example.com'), invite('b@example.com')), [1, 2])
  const byService = { ...entry('invite.sent'), actor: { kind: 'service', id: 'billing' } as const }
  assert.deepEqual(foldEqual([entry('invite.sent'), byService], names.uk).length, 2)
})

test('a sign-in from a new device is never hidden in a fold', () => {
  const isNew = () => entry('system.login', { new_device: true })
  assert.deepEqual(sizes(entry('system.login'), isNew(), isNew(), entry('system.login')), [1, 1, 1, 1])
})

test('very many are several folds', () => {
  assert.deepEqual(sizes(...Array.from({ length: 120 }, () => entry('system.login'))), [50, 50, 20])
})

test('sign-ins are counted with their devices, others by how often', () => {
  const logins = [
    entry('system.login'),
    entry('system.login', {}, 'curl/8.5.0'),
    entry('system.login'),
    entry('system.login'),
  ]
  assert.equal(foldedSentence(logins, names.uk), '4 входи, 2 пристрої')
  assert.equal(foldedSentence(logins, names.en), '4 sign-ins, 2 devices')
  assert.deepEqual(devicesOf(logins), ['Firefox 145, Linux', 'curl 8'])
  const unknown = [entry('system.login', {}, null), entry('system.login', {}, null)]
  assert.equal(foldedSentence(unknown, names.uk), '2 входи')
  const photos = Array.from({ length: 5 }, () => entry('avatar.deleted'))
  assert.equal(foldedSentence(photos, names.uk), 'Фото видалено · 5 разів')
  assert.equal(foldedSentence(photos, names.en), 'You removed your photo · 5 times')
})
