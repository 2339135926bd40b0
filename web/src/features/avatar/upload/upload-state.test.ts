import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NetworkError, ProblemError } from '@upm/client'
import { afterProgress, isOutcomeUnknown, isPictureAtFault, isUnderWay } from './upload-state.ts'

const problem = (code: string, status: number) =>
  new ProblemError({ type: '', title: '', detail: '', status, code }, { get: () => null })

test('an upload is sent first and then processed', () => {
  assert.deepEqual(afterProgress({ loaded: 25, total: 100 }), { at: 'sending', share: 0.25 })
  assert.deepEqual(afterProgress({ loaded: 100, total: 100 }), { at: 'processing' })
  assert.equal(isUnderWay({ at: 'sending', share: 1 }), true)
  assert.equal(isUnderWay({ at: 'processing' }), true)
  assert.equal(isUnderWay({ at: 'failed', error: null }), false)
})

test('its outcome is unknown without an answer: cancelled too late, or cut off', () => {
  assert.equal(isOutcomeUnknown({ at: 'cancelled', isLate: true }), true)
  assert.equal(isOutcomeUnknown({ at: 'cancelled', isLate: false }), false)
  assert.equal(isOutcomeUnknown({ at: 'failed', error: new NetworkError(undefined) }), true)
  assert.equal(isOutcomeUnknown({ at: 'failed', error: problem('image_corrupt', 400) }), false)
})

test('the same picture may be sent again unless it is at fault', () => {
  for (const code of ['image_too_large', 'image_corrupt', 'file_too_large']) {
    assert.equal(isPictureAtFault(problem(code, 400)), true)
  }
  for (const code of ['rate_limited', 'unavailable', 'crop_invalid', 'unauthorized']) {
    assert.equal(isPictureAtFault(problem(code, 400)), false)
  }
  assert.equal(isPictureAtFault(new NetworkError(undefined)), false)
})
