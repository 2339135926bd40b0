/**
 * The process that decodes strangers' files, one at a time. It has neither secrets in its environment nor anything to
 * lose: it ends itself when a picture takes more than it may, and when its parent is gone.
 */
import { ImageError } from './image-error.ts'
import { blockOtherDecoders, renderAvatar } from './image.ts'
import type { RenderAnswer, RenderTask } from './render-messages.ts'
import { hasCode } from '../values.ts'

/** Often enough that no picture gets far beyond its limits meanwhile, and too seldom to be felt. */
const WATCH_MS = 20

const NOBODY = 65_534

const die = (): never => {
  // An exit would wait for the threads that decode.
  process.kill(process.pid, 'SIGKILL')
  return process.exit()
}
process.on('disconnect', die)
// A terminal and a supervisor signal the whole group; the parent finishes what is running, and then ends us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

giveUpRights()
blockOtherDecoders()

process.on('message', (task: RenderTask) => {
  void answer(task).then((message) => process.send?.(message))
})
process.send?.({ ready: true } satisfies RenderAnswer)

/** A server that had to stay root lends this process none of its rights: it becomes nobody, who owns nothing. */
function giveUpRights(): void {
  const { getuid, setgroups, setgid, setuid } = process
  if (getuid?.() !== 0) return
  try {
    setgroups?.([NOBODY])
    setgid?.(NOBODY)
    setuid?.(NOBODY)
  } catch (error) {
    // A root that may not become somebody else, as in some containers, has little of root.
    if (!hasCode(error, 'EPERM')) throw error
  }
}

/** What has come of the upload; there is one at a time. */
const received: Buffer[] = []
let receivedBytes = 0
let onReceived = () => {}
process.stdin.on('data', (chunk: Buffer) => {
  received.push(chunk)
  receivedBytes += chunk.length
  onReceived()
})

async function receive(bytes: number): Promise<Buffer> {
  await new Promise<void>((resolve) => {
    onReceived = () => {
      if (receivedBytes >= bytes) resolve()
    }
    onReceived()
  })
  receivedBytes = 0
  return Buffer.concat(received.splice(0))
}

async function answer({ bytes, crop, limits }: RenderTask): Promise<RenderAnswer> {
  const input = await receive(bytes)
  const stopWatching = watch(limits)
  try {
    return { rendered: await renderAvatar(input, crop) }
  } catch (error) {
    if (!(error instanceof ImageError)) return { failed: describe(error) }
    return { refused: { code: error.code, params: error.params, cause: describe(error.cause) } }
  } finally {
    stopWatching()
  }
}

/** The threads decode, and this one is free to look at them. */
function watch({ cpuMs, memoryBytes }: RenderTask['limits']): () => void {
  const begun = process.cpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(begun)
    if (user + system > cpuMs * 1000) leave('time')
    if (process.memoryUsage.rss() > memoryBytes) leave('memory')
  }, WATCH_MS)
  return () => clearInterval(timer)
}

/** Says why, and ends at once. */
function leave(reason: 'time' | 'memory'): void {
  process.send?.({ exceeded: reason } satisfies RenderAnswer, die)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
