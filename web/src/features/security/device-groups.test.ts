import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceName, groupByDevice } from './device-groups.ts'
import type { OwnSession } from './sessions-query.ts'

const FIREFOX = (version: number) =>
  `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

function session(id: string, userAgent: string | null, day: number, isCurrent = false): OwnSession {
  const at = `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`
  return {
    id,
    userId: 'u',
    ipAddress: null,
    userAgent,
    createdAt: at,
    updatedAt: at,
    expiresAt: at,
    isCurrent,
  }
}

test('sessions of one browser on one system are one device, whatever its version', () => {
  const groups = groupByDevice([
    session('old', FIREFOX(131), 1),
    session('phone', IPHONE, 9),
    session('here', FIREFOX(145), 5, true),
    session('newer', FIREFOX(144), 7),
    session('nobody', null, 8),
    session('empty', '', 2),
  ])
  assert.deepEqual(
    groups.map(({ name, isPhone, isCurrent, lastUsed, sessions }) => [
      name,
      isPhone,
      isCurrent,
      lastUsed.slice(8, 10),
      sessions.map(({ id }) => id),
    ]),
    [
      ['Firefox, Linux', false, true, '05', ['here', 'newer', 'old']],
      ['Safari, iOS', true, false, '09', ['phone']],
      [undefined, false, false, '08', ['nobody', 'empty']],
    ],
  )
})

test('a program has its own name', () => {
  assert.equal(deviceName('curl/8.5.0'), 'curl')
  assert.equal(deviceName(null), undefined)
})
