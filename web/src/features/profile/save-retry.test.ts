import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NetworkError, UnexpectedResponseError } from '@upm/client'
import { passingReason, retryDelay } from './save-retry.ts'

const answer = (status: number, headers = {}) =>
  new UnexpectedResponseError(new Response(null, { status, headers }), '')

test('a lost connection, too many requests and a fault of the server pass; a refusal does not', () => {
  const reasons = [
    new NetworkError(undefined),
    answer(429),
    answer(502),
    answer(403),
    new Error('a bug'),
  ].map(passingReason)
  assert.deepEqual(reasons, ['noConnection', 'tooManyRequests', 'serverFault', undefined, undefined])
})

test('the wait doubles, up to five minutes, and is never shorter than the server asks for', () => {
  const delays = (error: Error) => [1, 2, 3, 9].map((count) => retryDelay({ error, count }) / 1000)
  assert.deepEqual(delays(new NetworkError(undefined)), [15, 30, 60, 300])
  assert.deepEqual(delays(answer(429, { 'retry-after': '0' })), [1, 2, 4, 256])
  assert.deepEqual(delays(answer(503, { 'retry-after': '900' })), [900, 900, 900, 900])
})
