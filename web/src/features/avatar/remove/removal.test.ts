import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import {
  afterEvent,
  hasToast,
  hiddenUrl,
  isRunning,
  NO_REMOVAL,
  type Hold,
  type RemovalEvent,
} from './removal.ts'
import { runRemoval, UNDO_MS } from './removal-run.ts'

const after = (...events: RemovalEvent[]) => events.reduce(afterEvent, NO_REMOVAL)
const remove = { type: 'remove', url: '/a' } as const
const undo = { type: 'undo' } as const
const send = { type: 'send' } as const
const settled = { type: 'settled' } as const
const hold = (name: Hold) => ({ type: 'hold', hold: name }) as const
const release = (name: Hold) => ({ type: 'release', hold: name }) as const

describe('a removal', () => {
  test('hides its picture until the server has answered, and no other picture', () => {
    assert.equal(hiddenUrl(after(remove)), '/a')
    assert.equal(hiddenUrl(after(remove, send)), '/a')
    assert.equal(hiddenUrl(after(remove, send, settled)), undefined)
    assert.equal(hiddenUrl(after(remove, { type: 'remove', url: '/b' })), '/a')
  })

  test('can be undone while it waits, and not once it is sent', () => {
    assert.deepEqual(after(remove, undo), NO_REMOVAL)
    assert.equal(after(remove, send, undo).at, 'sending')
  })

  test('stands still while anybody is at the toast', () => {
    assert.equal(isRunning(after(remove)), true)
    assert.equal(isRunning(after(remove, hold('hover'))), false)
    assert.equal(isRunning(after(remove, hold('hover'), hold('focus'), release('hover'))), false)
    assert.equal(
      isRunning(after(remove, hold('hover'), hold('focus'), release('hover'), release('focus'))),
      true,
    )
  })

  test('puts the toast away while another picture is chosen, and forgets who was at it', () => {
    const choosing = after(remove, hold('hover'), hold('choosing'))
    assert.deepEqual([hasToast(choosing), isRunning(choosing)], [false, false])
    const back = afterEvent(afterEvent(choosing, hold('focus')), release('choosing'))
    assert.deepEqual([hasToast(back), isRunning(back)], [true, true])
  })

  test('is not sent while a new picture is, and goes on waiting when that has failed', () => {
    const uploading = after(remove, hold('choosing'), hold('uploading'))
    assert.equal(afterEvent(uploading, send), uploading)
    const back = [release('uploading'), release('choosing')].reduce(afterEvent, uploading)
    assert.equal(isRunning(back), true)
  })

  test('that is not there does nothing', () => {
    for (const event of [undo, send, settled, hold('hover'), release('hover')]) {
      assert.equal(afterEvent(NO_REMOVAL, event), NO_REMOVAL)
    }
  })
})

describe('running a removal', () => {
  let sent: string[]
  let answer: () => void
  const start = () =>
    runRemoval({
      send: (url) => {
        sent.push(url)
        return new Promise((resolve) => {
          answer = resolve
        })
      },
    })

  beforeEach(() => {
    sent = []
    mock.timers.enable({ apis: ['setTimeout'] })
  })
  afterEach(() => mock.timers.reset())

  test('sends when the time is over, not before, and once', async () => {
    const run = start()
    run.tell(remove)
    mock.timers.tick(UNDO_MS - 1)
    assert.deepEqual(sent, [])
    mock.timers.tick(1)
    mock.timers.tick(UNDO_MS)
    assert.deepEqual(sent, ['/a'])
    answer()
    await run.finish()
    assert.deepEqual(run.current(), NO_REMOVAL)
    assert.deepEqual(sent, ['/a'])
  })

  test('sends nothing after an undo', () => {
    const run = start()
    run.tell(remove)
    run.tell(undo)
    mock.timers.tick(2 * UNDO_MS)
    assert.deepEqual(sent, [])
  })

  test('gives the whole time again when nobody holds it any more', () => {
    const run = start()
    run.tell(remove)
    mock.timers.tick(UNDO_MS - 1)
    run.tell(hold('hover'))
    mock.timers.tick(10 * UNDO_MS)
    run.tell(release('hover'))
    mock.timers.tick(UNDO_MS - 1)
    assert.deepEqual(sent, [])
    mock.timers.tick(1)
    assert.deepEqual(sent, ['/a'])
  })

  test('sends within the call when the page goes away, held or not', () => {
    const run = start()
    run.tell(remove)
    run.tell(hold('choosing'))
    void run.finish()
    assert.deepEqual(sent, ['/a'])
    mock.timers.tick(2 * UNDO_MS)
    assert.deepEqual(sent, ['/a'])
  })

  test('is finished when the server has answered; without a removal, at once', async () => {
    const run = start()
    await run.finish()
    run.tell(remove)
    let isFinished = false
    const finished = run.finish().then(() => (isFinished = true))
    await Promise.resolve()
    assert.equal(isFinished, false)
    answer()
    await finished
    assert.equal(run.current().at, 'none')
  })

  test('tells who listens of changes only', () => {
    const run = start()
    let calls = 0
    const stop = run.subscribe(() => (calls += 1))
    run.tell(undo)
    run.tell(remove)
    run.tell(remove)
    run.tell(undo)
    stop()
    run.tell(remove)
    assert.equal(calls, 2)
  })
})
