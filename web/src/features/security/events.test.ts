import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventOf } from './events.ts'

for (const [action, metadata, event] of [
  ['system.login', { new_device: false }, 'signedIn'],
  ['system.login', {}, 'signedIn'],
  ['system.login', { new_device: true }, 'signedInNew'],
  ['system.login.failed', {}, 'signInFailed'],
  ['system.password.changed', {}, 'passwordChanged'],
  ['system.password.reset', {}, 'passwordReset'],
  ['system.session.ended', { count: 2 }, 'sessionsEnded'],
  ['system.email.changed', {}, 'emailChanged'],
  ['system.factor.changed', { factor: 'totp', change: 'added' }, 'stepOn'],
  ['system.export.requested', {}, 'exportRequested'],
  ['system.export.downloaded', {}, 'exportDownloaded'],
  ['system.factor.changed', { factor: 'recovery_codes', change: 'used' }, 'recoveryUsed'],
  ['system.factor.changed', { factor: 'totp', change: 'toString' }, 'other'],
  ['system.factor.changed', {}, 'other'],
  ['system.email.forgotten', {}, 'other'],
  ['system.password.toString', {}, 'other'],
] as const) {
  test(`${action} ${JSON.stringify(metadata)} is ${event}`, () =>
    assert.equal(eventOf({ action, metadata }), event))
}
