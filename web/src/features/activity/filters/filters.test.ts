import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFormat } from '../../../i18n/format.ts'
import {
  fileName,
  hasFilters,
  isInverted,
  kindOf,
  lastDays,
  noFilters,
  offeredKinds,
  periodOf,
  readFilters,
  toRequest,
  writeFilters,
} from './filters.ts'

const kyiv = createFormat('uk', 'Europe/Kyiv').dayOf

describe('kinds', () => {
  test('are the families that people know, and a host’s own', () => {
    assert.deepEqual(
      offeredKinds(['lesson.booked', 'profile.updated', 'invite.sent', 'lesson.moved', 'system.exported']),
      ['profile', 'settings', 'avatar', 'system.login', 'invite', 'lesson', 'system.exported'],
    )
  })

  for (const [action, kind] of [
    ['profile.updated', 'profile'],
    ['system.profile.initialized', 'profile'],
    ['avatar.deleted', 'avatar'],
    ['system.login', 'system.login'],
    ['system.login_failed', 'system.login_failed'],
    ['lesson.booked.twice', 'lesson'],
  ] as const) {
    test(`${action} is of the kind ${kind}`, () => assert.equal(kindOf(action), kind))
  }
})

describe('in the address', () => {
  test('they come back as they were', () => {
    const filters = { kinds: ['profile', 'system.login'], from: '2026-11-01', to: '2026-11-22' }
    assert.deepEqual(readFilters(new URLSearchParams(writeFilters(filters))), filters)
    assert.deepEqual(writeFilters(noFilters), {})
    assert.deepEqual(readFilters(new URLSearchParams()), noFilters)
  })

  test('nonsense is nothing', () => {
    const query = new URLSearchParams('what=profile,,profile,../x,A&from=yesterday&to=2026-02-30')
    assert.deepEqual(readFilters(query), { kinds: ['profile'], from: null, to: null })
  })
})

describe('as a request', () => {
  test('days are instants of the zone, to the microsecond', () => {
    assert.deepEqual(toRequest({ kinds: [], from: '2026-10-25', to: '2026-10-25' }, kyiv), {
      after: '2026-10-24T20:59:59.999999Z',
      before: '2026-10-25T22:00:00.000Z',
    })
  })

  test('kinds are families and codes', () => {
    assert.deepEqual(toRequest({ ...noFilters, kinds: ['profile', 'system.login', 'lesson'] }, kyiv), {
      action: [
        'profile.*',
        'system.profile.*',
        'system.login',
        'system.login.*',
        'system.password.*',
        'system.session.*',
        'system.email.*',
        'system.account.*',
        'lesson.*',
      ],
    })
  })

  test('no filter asks for everything', () => assert.deepEqual(toRequest(noFilters, kyiv), {}))
})

test('the last seven days include today', () => {
  assert.deepEqual(lastDays(7, '2026-11-22'), { from: '2026-11-16', to: null })
})

test('a period is all of the time, a preset, or days of one’s own', () => {
  const today = '2026-11-22'
  assert.equal(periodOf(noFilters, today), 'all')
  assert.equal(periodOf(lastDays(7, today), today), '7')
  assert.equal(periodOf(lastDays(30, today), today), '30')
  assert.equal(periodOf({ from: '2026-11-16', to: '2026-11-20' }, today), 'own')
  assert.equal(periodOf({ from: null, to: '2026-11-20' }, today), 'own')
})

test('a range that ends before it begins', () => {
  assert.equal(isInverted({ kinds: [], from: '2026-11-02', to: '2026-11-01' }), true)
  assert.equal(isInverted({ kinds: [], from: '2026-11-02', to: '2026-11-02' }), false)
  assert.equal(isInverted({ kinds: [], from: '2026-11-02', to: null }), false)
})

test('whether there are any', () => {
  assert.equal(hasFilters(noFilters), false)
  assert.equal(hasFilters({ ...noFilters, to: '2026-11-01' }), true)
})

test('a download is called by its days', () => {
  assert.equal(fileName(noFilters, '2026-11-25'), 'activity-2026-11-25.csv')
  assert.equal(
    fileName({ kinds: [], from: '2026-11-01', to: null }, '2026-11-25'),
    'activity-2026-11-01-2026-11-25.csv',
  )
  assert.equal(fileName({ kinds: [], from: null, to: '2026-11-02' }, '2026-11-25'), 'activity-2026-11-02.csv')
})
