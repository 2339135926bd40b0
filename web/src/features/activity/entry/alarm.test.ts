import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAlarming, openAlarms } from './alarm.ts'

const now = new Date('2026-11-30T12:00Z')
const entry = (id: string, action: string, metadata: Record<string, unknown> = {}, daysAgo = 0) => ({
  id,
  action,
  metadata,
  timestamp: new Date(now.getTime() - daysAgo * 86_400_000).toISOString(),
})

test('a new device and a failed sign-in are alarming, the first device and a known one are not', () => {
  assert.equal(isAlarming(entry('1', 'system.login', { new_device: true })), true)
  assert.equal(isAlarming(entry('1', 'system.login.failed')), true)
  assert.equal(isAlarming(entry('1', 'system.login', { new_device: true, first_device: true })), false)
  assert.equal(isAlarming(entry('1', 'system.login', { new_device: false })), false)
  assert.equal(isAlarming(entry('1', 'system.login', {})), false)
  assert.equal(isAlarming(entry('1', 'lesson.booked', { new_device: true })), false)
})

test('after a change of the password nothing is left to be done', () => {
  const before = [entry('4', 'system.login', { new_device: true }), entry('3', 'system.login.failed')]
  assert.deepEqual([...openAlarms(before, now)], ['4', '3'])
  for (const change of ['system.password.changed', 'system.password.reset']) {
    const log = [entry('6', 'system.login.failed'), entry('5', change), ...before]
    assert.deepEqual([...openAlarms(log, now)], ['6'])
  }
})

test('what is long ago worries nobody any more', () => {
  const log = [entry('2', 'system.login.failed', {}, 29), entry('1', 'system.login.failed', {}, 31)]
  assert.deepEqual([...openAlarms(log, now)], ['2'])
})
