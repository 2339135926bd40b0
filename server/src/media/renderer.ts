import cluster from 'node:cluster'
import { availableParallelism } from 'node:os'
import type { Log } from '../logger.ts'
import { ImageBusyError, ImageError, type Crop, type RenderedAvatar } from './image-error.ts'
import type { RenderAnswer, RenderLimits } from './render-messages.ts'
import { startRenderWorker, WorkerDied, type RenderWorker } from './render-worker.ts'

/**
 * The dearest picture within the limits of pixels takes 4 s of a processor and 400 MB. All that an upload can wait for
 * is over before a connection is given up (app.ts): its turn, the start of a process, and the render.
 */
const DEFAULT_LIMITS: RenderLimits = { cpuMs: 10_000, wallMs: 40_000, memoryBytes: 600_000_000 }
const MAX_WAIT_MS = 30_000
const MAX_START_MS = 30_000
/** So long after an upload has come, its picture is rendered or refused. */
export const LONGEST_RENDER_MS = MAX_WAIT_MS + MAX_START_MS + DEFAULT_LIMITS.wallMs
/** A process that nobody needs is ended after so long: it holds 100 MB. */
const IDLE_MS = 10 * 60_000

export type Renderer = ReturnType<typeof createRenderer>

export type RendererOptions = { log: Log; limits?: Partial<RenderLimits>; processes?: number }

type Job = {
  input: Buffer
  crop: Crop | undefined
  resolve: (rendered: RenderedAvatar) => void
  reject: (error: Error) => void
}

/** A render occupies a core; one is left for the rest. Workers of one server share the cores among themselves. */
function defaultProcesses(): number {
  return cluster.isWorker ? 1 : Math.max(1, Math.min(availableParallelism() - 1, 3))
}

export function createRenderer({ log, limits: given, processes = defaultProcesses() }: RendererOptions) {
  const limits = { ...DEFAULT_LIMITS, ...given }
  /** What waits, by account; the account whose turn is next comes first. */
  const queues = new Map<number, Job[]>()
  const busyAccounts = new Set<number>()
  const workers = new Set<RenderWorker>()
  const idle: { worker: RenderWorker; timer: NodeJS.Timeout }[] = []
  let running = 0
  let closed = false

  /**
   * Renders in a process that can be ended. Of an account one picture at a time, and the accounts take turns.
   *
   * @param signal when it is aborted, a picture that waits is forgotten
   * @throws ImageError as `renderAvatar`, and `image_too_large` (`reason`: time or memory)
   * @throws ImageBusyError when its turn does not come, or the machine does not get it done
   */
  function render(
    account: number,
    input: Buffer,
    crop: Crop | undefined,
    signal: AbortSignal,
  ): Promise<RenderedAvatar> {
    if (closed || signal.aborted) return Promise.reject(busy('The upload is no longer wanted'))
    return new Promise<RenderedAvatar>((resolve, reject) => {
      const giveUp = (why: string) => {
        drop(account, job)
        job.reject(busy(why))
      }
      const timer = setTimeout(() => giveUp('A picture waited too long for its turn'), MAX_WAIT_MS)
      const onAbort = () => giveUp('The upload is no longer wanted')
      const settled = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      const job: Job = {
        input,
        crop,
        resolve: (rendered) => {
          settled()
          resolve(rendered)
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      }
      const queue = queues.get(account)
      if (queue) queue.push(job)
      else queues.set(account, [job])
      startNext()
    })
  }

  function drop(account: number, job: Job): void {
    const left = queues.get(account)?.filter((waiting) => waiting !== job)
    if (left?.length === 0) queues.delete(account)
    else if (left) queues.set(account, left)
  }

  function startNext(): void {
    while (running < processes) {
      const account = [...queues.keys()].find((candidate) => !busyAccounts.has(candidate))
      const job = account === undefined ? undefined : queues.get(account)?.[0]
      if (account === undefined || !job) return
      drop(account, job)
      busyAccounts.add(account)
      running += 1
      void run(job).finally(() => {
        running -= 1
        busyAccounts.delete(account)
        // Behind all others now.
        const rest = queues.get(account)
        queues.delete(account)
        if (rest) queues.set(account, rest)
        startNext()
      })
    }
  }

  async function run(job: Job): Promise<void> {
    try {
      const worker = await readyWorker()
      job.resolve(await renderIn(worker, job))
    } catch (error) {
      job.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async function renderIn(worker: RenderWorker, { input, crop }: Job): Promise<RenderedAvatar> {
    try {
      const answer = await within(limits.wallMs, worker, () => worker.render(input, { crop, limits }))
      const rendered = outcome(answer)
      release(worker)
      return rendered
    } catch (error) {
      // A refusal leaves the process as it was.
      if (error instanceof ImageError && !('reason' in error.params)) release(worker)
      else end(worker)
      if (!(error instanceof WorkerDied)) throw error
      log.error({ err: error }, 'an image process died; a new one replaces it')
      // It was killed, for want of memory on this machine or by an operator. Otherwise the file has brought it down.
      if (error.signal === 'SIGKILL' || error.signal === 'SIGTERM') throw busy('A render was killed', error)
      throw new ImageError('image_corrupt', {}, error)
    }
  }

  async function readyWorker(): Promise<RenderWorker> {
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.timer)
      if (last.worker.isAlive()) return last.worker
      workers.delete(last.worker)
    }
    const worker = startRenderWorker()
    workers.add(worker)
    try {
      await within(MAX_START_MS, worker, () => worker.ready)
      return worker
    } catch (error) {
      end(worker)
      if (!closed) log.error({ err: error }, 'an image process could not start')
      throw busy('No process to render in', error)
    }
  }

  function release(worker: RenderWorker): void {
    if (closed) return
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((other) => other.worker === worker),
        1,
      )
      end(worker)
    }, IDLE_MS).unref()
    idle.push({ worker, timer })
  }

  function end(worker: RenderWorker): void {
    workers.delete(worker)
    worker.kill()
  }

  /** Ends the processes; what still renders is refused as busy. */
  function close(): void {
    closed = true
    for (const [account, jobs] of queues)
      for (const job of jobs) {
        drop(account, job)
        job.reject(busy('The server is stopping'))
      }
    for (const { timer } of idle) clearTimeout(timer)
    for (const worker of workers) end(worker)
  }

  return { render, close }
}

/** Ends a worker that does not get done in time. */
async function within<T>(ms: number, worker: RenderWorker, task: () => Promise<T>): Promise<T> {
  let late = false
  const timer = setTimeout(() => {
    late = true
    worker.kill()
  }, ms)
  try {
    return await task()
  } catch (cause) {
    throw late ? busy('A picture was not rendered in time', cause) : cause
  } finally {
    clearTimeout(timer)
  }
}

function outcome(answer: RenderAnswer): RenderedAvatar {
  if ('rendered' in answer) return answer.rendered
  if ('refused' in answer) {
    const { code, params, cause } = answer.refused
    throw new ImageError(code, params, cause)
  }
  if ('exceeded' in answer) throw new ImageError('image_too_large', { reason: answer.exceeded })
  throw new Error('failed' in answer ? answer.failed : 'a process that renders gave no answer')
}

function busy(message: string, cause?: unknown): ImageBusyError {
  return new ImageBusyError(message, { retryAfterSeconds: 10, cause })
}
