import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import { test } from 'node:test'
import { repeat } from './maintenance.ts'
import { createMeters } from './meters.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }

test('what must be over before serving is awaited, the rest is not', async () => {
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const { stop } = await repeat(
    [
      { name: 'first', everyMs: 1e6, first: 'awaited', run: async () => void done.push('first') },
      { name: 'slow', everyMs: 1e6, run: () => gate.promise.then(() => void done.push('slow')) },
    ],
    { log, meters: createMeters() },
  )
  assert.deepEqual(done, ['first'])
  gate.resolve()
  await stop()
  assert.deepEqual(done, ['first', 'slow'])
})

test('a round that fails is logged and made up for; after a stop there is none', async () => {
  const rounds = new EventEmitter()
  const errors: object[] = []
  let count = 0
  const run = async () => {
    rounds.emit('round', ++count)
    if (count === 1) throw new Error('no luck')
  }
  const third = once(rounds, 'round', { signal: AbortSignal.timeout(5_000) })
    .then(() => once(rounds, 'round'))
    .then(() => once(rounds, 'round'))
  const meters = createMeters()
  const { stop } = await repeat([{ name: 'job', everyMs: 5, run }], {
    log: { ...log, error: (facts) => void errors.push(facts) },
    meters,
  })
  // The timers of the jobs do not keep a process alive; this one does, while the test waits.
  const alive = setInterval(() => {}, 1000)
  await third
  await stop()
  clearInterval(alive)
  const { length } = errors
  const before = count
  assert.equal(length, 1)
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.equal(count, before)
})
