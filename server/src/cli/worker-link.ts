/**
 * What the first process of a server and its workers say to each other. The first process also keeps what workers
 * have in common: the count of requests, and the metrics. Its workers ask it, message by message.
 */
import cluster, { type Worker } from 'node:cluster'
import type { Meters } from '../meters.ts'
import { createPlaces } from '../operations/consumers.ts'
import type { Shared } from '../services.ts'
import { collectFromWorkers, giveToFirstProcess } from './worker-metrics.ts'

type Count = { upm: 'count'; key: string; windowMs: number }
type Admission = { upm: 'consumer'; name: string }
type Asked = Count | Admission | { upm: 'metrics' } | { upm: 'left' }
type Question = Asked & { id: number }
type Answer = { upm: 'answer'; id: number; value: unknown }
/** From a worker: it listens; or why it ends. */
export type Report = { upm: 'ready'; port: number } | { upm: 'failed'; reason: string }
/** To a worker: finish what is running, and end; another one has taken the place. */
export type Order = { upm: 'retire' }

type Window = { count: number; endsAt: number }

/**
 * In the first process: answers its workers until it ends.
 *
 * @param meters the metrics of the first process itself
 * @param consumers front ends that have counts of their own (operations/consumers.ts)
 */
export function answerWorkers({ registry }: Meters, consumers: readonly string[]): void {
  const admit = createPlaces(consumers)
  const windows = new Map<string, Window>()
  const metrics = collectFromWorkers(registry)
  setInterval(() => forget(windows), 60_000).unref()
  cluster.on('message', (worker: Worker, message: Question) => {
    if (message.upm === 'count') answer(worker, message.id, count(windows, message))
    else if (message.upm === 'consumer') answer(worker, message.id, admit(message.name))
    // Messages stay in order: after this answer no connection is on its way to that worker any more.
    else if (message.upm === 'left') answer(worker, message.id, null)
    else if (message.upm === 'metrics') {
      metrics().then(
        (text) => answer(worker, message.id, text),
        (error: unknown) => answer(worker, message.id, `# ${String(error)}\n`),
      )
    }
  })
}

function answer(worker: Worker, id: number, value: unknown): void {
  if (worker.isConnected()) worker.send({ upm: 'answer', id, value } satisfies Answer)
}

function count(windows: Map<string, Window>, { key, windowMs }: Count) {
  const now = performance.now()
  let window = windows.get(key)
  if (!window || window.endsAt <= now) windows.set(key, (window = { count: 0, endsAt: now + windowMs }))
  window.count += 1
  return { current: window.count, ttl: window.endsAt - now }
}

function forget(windows: Map<string, Window>): void {
  const now = performance.now()
  for (const [key, { endsAt }] of windows) if (endsAt <= now) windows.delete(key)
}

export type FirstProcess = Required<Shared> & {
  /** Tells it that this worker listens. */
  ready: (port: number) => void
  /** Tells it that this worker accepts no connections any more; resolves when none is on its way. */
  left: () => Promise<void>
  /** Before this worker ends: what it has counted since it was last asked must not be lost. */
  leave: () => Promise<void>
}

/**
 * In a worker: the way to the first process.
 *
 * @param meters the metrics of this worker, which the first process may ask for
 */
export function askFirstProcess(self: Worker, { registry }: Meters): FirstProcess {
  const leave = giveToFirstProcess(self, registry)
  const waiting = new Map<number, (value: unknown) => void>()
  let last = 0
  self.on('message', (message: Partial<Answer>) => {
    if (message.upm !== 'answer' || message.id === undefined) return
    waiting.get(message.id)?.(message.value)
    waiting.delete(message.id)
  })
  const ask = <T>(question: Asked): Promise<T> =>
    new Promise((resolve) => {
      const id = ++last
      // oxlint-disable-next-line typescript/consistent-type-assertions -- the first process answers each question with what it asks for
      waiting.set(id, resolve as (value: unknown) => void)
      self.send({ ...question, id })
    })
  return {
    count: (key, windowMs) => ask<{ current: number; ttl: number }>({ upm: 'count', key, windowMs }),
    metrics: () => ask<string>({ upm: 'metrics' }),
    admitConsumer: (name) => ask<boolean>({ upm: 'consumer', name }),
    ready: (port) => void self.send({ upm: 'ready', port } satisfies Report),
    left: async () => void (await ask({ upm: 'left' })),
    leave,
  }
}

/** In a worker that ends by a fault: tells the first process the reason, which prints it. */
export async function reportFailure(self: Worker, reason: string): Promise<void> {
  await new Promise((resolve) => self.send({ upm: 'failed', reason } satisfies Report, resolve))
}
