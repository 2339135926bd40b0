/**
 * The metrics of several processes as one. The first process asks each worker for its numbers and adds its own. What a worker
 * has counted stays when the worker ends: a sum that falls would look like a restart, and Prometheus would count the rest of
 * it once more.
 */
import cluster, { type Worker } from 'node:cluster'
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client'

type Numbers = MetricObjectWithValues<MetricValue<string>>[]
type Question = { upm: 'numbers?' }
type Answer = { upm: 'numbers'; numbers: Numbers }

/** A worker that does not answer within this is shown as it was last seen. */
const ANSWER_WITHIN_MS = 2_000

/** In the first process: the text for Prometheus, of this process and of all workers there are and were. */
export function collectFromWorkers(own: Registry): () => Promise<string> {
  const seen = new Map<number, Numbers>()
  const waiting = new Map<number, (() => void)[]>()
  /** The sum of all workers that have ended. */
  let ended: Promise<Numbers> = Promise.resolve([])

  cluster.on('message', (worker: Worker, message: Partial<Answer>) => {
    if (message.upm !== 'numbers' || message.numbers === undefined) return
    seen.set(worker.id, message.numbers)
    stopWaiting(worker.id)
  })
  cluster.on('exit', ({ id }: Worker) => {
    const last = seen.get(id)
    seen.delete(id)
    stopWaiting(id)
    if (last) ended = ended.then((sum) => sumOf([sum, last.filter(isKept)]).getMetricsAsJSON())
  })

  function stopWaiting(id: number): void {
    for (const go of waiting.get(id) ?? []) go()
    waiting.delete(id)
  }

  async function ask(worker: Worker): Promise<void> {
    if (!worker.isConnected()) return
    const timeout = Promise.withResolvers<void>()
    const timer = setTimeout(timeout.resolve, ANSWER_WITHIN_MS)
    waiting.set(worker.id, [...(waiting.get(worker.id) ?? []), timeout.resolve])
    worker.send({ upm: 'numbers?' } satisfies Question)
    await timeout.promise
    clearTimeout(timer)
  }

  return async () => {
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
    await Promise.all(workers.map(ask))
    // Both are taken at one moment: a worker that ends meanwhile is in one of them.
    const [alive, gone] = [[...seen.values()], ended]
    return sumOf([await own.getMetricsAsJSON(), await gone, ...alive]).metrics()
  }
}

const sumOf = (numbers: Numbers[]) => AggregatorRegistry.aggregate(numbers)

/** Counts go on; a gauge is of a process, and gone with it. */
function isKept({ type }: { type: unknown }): boolean {
  return type === 'counter' || type === 'histogram'
}

/**
 * In a worker: answers the first process.
 *
 * @returns a function that gives the last numbers before the worker ends
 */
export function giveToFirstProcess(self: Worker, registry: Registry): () => Promise<void> {
  const give = async () => {
    const answer = { upm: 'numbers', numbers: await registry.getMetricsAsJSON() } satisfies Answer
    if (self.isConnected()) await new Promise((resolve) => self.send(answer, undefined, resolve))
  }
  self.on('message', (message: Partial<Question>) => {
    if (message.upm === 'numbers?') give().catch(() => {})
  })
  return give
}
