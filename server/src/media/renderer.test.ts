import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { pino } from 'pino'
import sharp from 'sharp'
import { CONNECTION_LIMITS } from '../http/connection.ts'
import { ImageBusyError, ImageError } from './image-error.ts'
import { createRenderer, LONGEST_RENDER_MS, type RendererOptions } from './renderer.ts'

const log = pino({ level: 'silent' })
const never = new AbortController().signal

function renderer(options: Omit<RendererOptions, 'log'> = {}) {
  const created = createRenderer({ log, ...options })
  after(() => created.close())
  return created
}

/** Noise, so that decoding it takes a while. */
function noise(width: number, height: number) {
  const type = 'gaussian' as const
  return sharp({
    create: { width, height, channels: 3, background: 'grey', noise: { type, mean: 128, sigma: 60 } },
  })
}

const small = await noise(64, 64).jpeg().toBuffer()
/** About 2 s of a processor. */
const slow = await noise(4000, 3000).avif({ effort: 0, quality: 40 }).toBuffer()

/** About 0.3 s. */
const middling = await noise(1500, 1000).avif({ effort: 0, quality: 40 }).toBuffer()

const outcome = (rendering: Promise<unknown>) =>
  rendering.then(
    () => 'rendered',
    (error: unknown) => error,
  )

/** The processes that render for a process, by /proc. */
function renderProcesses(parent: number): number[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim()
  return children === '' ? [] : children.split(' ').map(Number)
}

describe('a render has limits that hold', () => {
  test('of processor time: it is ended, says so, and the next one succeeds', async () => {
    const { render } = renderer({ limits: { cpuMs: 300 } })
    const error = await outcome(render(1, slow, undefined, never))
    assert.ok(error instanceof ImageError, String(error))
    assert.deepEqual([error.code, error.params], ['image_too_large', { reason: 'time' }])
    assert.equal(await outcome(render(1, small, undefined, never)), 'rendered')
  })

  test('of memory: it is ended, says so, and the next one succeeds', async () => {
    const { render } = renderer({ limits: { memoryBytes: 200_000_000 } })
    const error = await outcome(render(1, slow, undefined, never))
    assert.ok(error instanceof ImageError, String(error))
    assert.deepEqual([error.code, error.params], ['image_too_large', { reason: 'memory' }])
    assert.equal(await outcome(render(1, small, undefined, never)), 'rendered')
  })

  test(
    'of the clock: what a busy machine does not get done may be sent again',
    { skip: process.platform !== 'linux' },
    async () => {
      const { render } = renderer({ limits: { wallMs: 2000 }, processes: 1 })
      const before = new Set(renderProcesses(process.pid))
      assert.equal(await outcome(render(1, small, undefined, never)), 'rendered')
      // A machine that gives it no time at all.
      const pid = renderProcesses(process.pid).find((child) => !before.has(child))
      process.kill(pid ?? 0, 'SIGSTOP')
      const error = await outcome(render(1, small, undefined, never))
      assert.ok(error instanceof ImageBusyError && error.retryAfterSeconds > 0, String(error))
      assert.equal(await outcome(render(1, small, undefined, never)), 'rendered')
    },
  )

  test(
    'of the kernel: a process cannot allocate without end',
    { skip: process.platform !== 'linux' },
    async () => {
      const { render } = renderer({ processes: 1 })
      const before = new Set(renderProcesses(process.pid))
      await render(1, small, undefined, never)
      const pid = renderProcesses(process.pid).find((child) => !before.has(child))
      const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
      assert.match(limits, /Max data size +1536000000 /)
      assert.match(limits, /Max core file size +0 /)
      // Nothing of this process's own is handed on.
      assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8'), /PASSWORD|SECRET|DATABASE_URL|PG/)
    },
  )
})

test('all that an upload waits for is over before its connection is given up, with time left to store it', () => {
  assert.ok(LONGEST_RENDER_MS + 30_000 < CONNECTION_LIMITS.connectionTimeout)
})

describe('a process that renders', () => {
  test('is used again and not started for each picture', { skip: process.platform !== 'linux' }, async () => {
    const { render } = renderer({ processes: 1 })
    const before = new Set(renderProcesses(process.pid))
    const seen = async () => {
      await render(1, small, undefined, never)
      return renderProcesses(process.pid).filter((child) => !before.has(child))
    }
    const first = await seen()
    assert.equal(first.length, 1)
    assert.deepEqual(await seen(), first)
    // A refusal does not cost it either.
    await outcome(render(1, Buffer.from('GIF89a'), undefined, never))
    assert.deepEqual(await seen(), first)
  })

  test(
    'that is killed is replaced, and its picture may be sent again',
    { skip: process.platform !== 'linux' },
    async () => {
      const { render } = renderer({ processes: 1 })
      const before = new Set(renderProcesses(process.pid))
      await render(1, small, undefined, never)
      const pid = renderProcesses(process.pid).find((child) => !before.has(child))
      const rendering = outcome(render(1, slow, undefined, never))
      process.kill(pid ?? 0, 'SIGKILL')
      assert.ok((await rendering) instanceof ImageBusyError)
      assert.equal(await outcome(render(1, small, undefined, never)), 'rendered')
    },
  )

  test(
    'keeps no process alive and ends with it, however that ends',
    { skip: process.platform !== 'linux' },
    async () => {
      const script = `
      import { createRenderer } from ${JSON.stringify(join(import.meta.dirname, 'renderer.ts'))}
      import { readFileSync } from 'node:fs'
      const { render } = createRenderer({ log: console })
      const picture = Buffer.from(${JSON.stringify(small.toString('base64'))}, 'base64')
      await render(1, picture, undefined, new AbortController().signal)
      console.log(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim())
      if (process.argv[1] === 'crash') process.kill(process.pid, 'SIGKILL')`
      for (const how of ['crash', 'end']) {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script, how], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let text = ''
        child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
        await once(child, 'close')
        assert.equal(child.signalCode, how === 'crash' ? 'SIGKILL' : null)
        const pid = Number(text.trim())
        assert.ok(pid > 0, text)
        while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve))
      }
    },
  )
})

function isAlive(pid: number): boolean {
  try {
    // One that has ended, and that nobody has waited for, is dead all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('the accounts take turns', () => {
  test('one picture of an account at a time, and one of another before its second', async () => {
    const { render } = renderer({ processes: 1 })
    const order: string[] = []
    const send = (account: number, name: string) =>
      render(account, small, undefined, never).then(() => order.push(name))
    await Promise.all([
      ...['a1', 'a2', 'a3', 'a4'].map((name) => send(1, name)),
      ...['b1', 'b2'].map((name) => send(2, name)),
      send(3, 'c1'),
    ])
    assert.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4'])
  })

  test('an account has one process, however many are free', async () => {
    const { render } = renderer({ processes: 2 })
    const before = renderProcesses(process.pid)
    const started = () => renderProcesses(process.pid).filter((pid) => !before.includes(pid)).length
    await Promise.all([1, 2].map(() => render(1, small, undefined, never)))
    assert.equal(started(), 1)
    await Promise.all([1, 2].map((account) => render(account, small, undefined, never)))
    assert.equal(started(), 2)
  })

  test('a picture that nobody waits for any more is not rendered', async () => {
    const { render } = renderer({ processes: 1 })
    const controller = new AbortController()
    const first = render(1, middling, undefined, never)
    const second = outcome(render(2, middling, undefined, controller.signal))
    const third = render(3, small, undefined, never)
    controller.abort()
    assert.ok((await second) instanceof ImageBusyError)
    await Promise.all([first, third])
  })

  test('what waits when the server stops is refused', async () => {
    const { render, close } = createRenderer({ log, processes: 1 })
    const waiting = [1, 2, 3].map((account) => outcome(render(account, middling, undefined, never)))
    close()
    for (const error of await Promise.all(waiting)) assert.ok(error instanceof ImageBusyError, String(error))
  })
})
