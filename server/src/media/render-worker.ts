import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Socket } from 'node:net'
import { extname, join } from 'node:path'
import type { RenderAnswer, RenderTask } from './render-messages.ts'

/** The process of a worker ended before it answered. `signal`: what ended it, if something did. */
export class WorkerDied extends Error {
  readonly signal: NodeJS.Signals | undefined

  constructor(message: string, signal?: NodeJS.Signals) {
    super(message)
    this.name = 'WorkerDied'
    this.signal = signal
  }
}

/** A process that renders, one picture at a time. It keeps no process and no test alive. */
export type RenderWorker = {
  /** @throws WorkerDied */
  ready: Promise<void>
  /** @throws WorkerDied */
  render: (input: Buffer, task: Omit<RenderTask, 'bytes'>) => Promise<RenderAnswer>
  isAlive: () => boolean
  /** Ends it at once, whatever it does. */
  kill: () => void
}

/** TypeScript in the workspace, JavaScript in the package. */
const entry = join(import.meta.dirname, `render-process${extname(import.meta.filename)}`)

/** It decodes in one thread; another one is for what Node does besides. */
const flags = ['--max-old-space-size=128', '--v8-pool-size=1', '--disable-warning=ExperimentalWarning']

/**
 * The kernel's own limit of what the process may allocate, for a leap between two looks at its memory. Node alone
 * reserves half of it without touching it.
 */
const MAX_DATA_KIB = 1_500_000

/** Starts at the shell, which alone can set limits before a process begins; there is one wherever Linux is not bare. */
function command(): [file: string, args: string[]] {
  const node = [process.execPath, ...flags, entry]
  if (process.platform !== 'linux' || !existsSync('/bin/sh')) return [process.execPath, node.slice(1)]
  const script = 'ulimit -c 0; ulimit -d "$0" 2>/dev/null; exec "$@"'
  return ['/bin/sh', ['-c', script, String(MAX_DATA_KIB), ...node]]
}

/** None of our variables: they hold passwords, and this is where strangers' files are decoded. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TMPDIR', 'TEMP', 'TZ']
  const own = Object.fromEntries(kept.map((name) => [name, process.env[name]]))
  // Few pools of memory return more of it.
  return { ...own, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' }
}

export function startRenderWorker(): RenderWorker {
  const [file, args] = command()
  const child = spawn(file, args, {
    env: environment(),
    cwd: import.meta.dirname,
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  })
  let lastWords = ''
  let settle: { resolve: (answer: RenderAnswer) => void; reject: (error: WorkerDied) => void } | undefined
  let alive = true
  const answer = () => new Promise<RenderAnswer>((resolve, reject) => (settle = { resolve, reject }))
  const end = (how: string, signal?: NodeJS.Signals) => {
    if (!alive) return
    alive = false
    settle?.reject(new WorkerDied(`The process that renders ended: ${how}. ${lastWords}`.trimEnd(), signal))
    settle = undefined
  }
  child.on('message', (message: RenderAnswer) => {
    settle?.resolve(message)
    settle = undefined
  })
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`, signal ?? undefined))
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = `${lastWords}${chunk.toString()}`.slice(-2000)))
  // A process may end while this one waits.
  child.unref()
  child.channel?.unref()
  // Both are sockets, though they are typed as streams.
  for (const pipe of [child.stdin, child.stderr]) if (pipe instanceof Socket) pipe.unref()
  // The process ends with it, and that is told.
  child.stdin?.on('error', () => {})
  const ready = answer().then(() => undefined)
  // Whoever waits for it is told; nobody has to.
  ready.catch(() => {})
  return {
    ready,
    render: async (input, task) => {
      await ready
      if (!alive) throw new WorkerDied('The process that renders has ended.')
      const answered = answer()
      child.send({ ...task, bytes: input.length } satisfies RenderTask, (error) => {
        // It is about to end, and its exit says how.
        if (error) child.kill('SIGKILL')
      })
      child.stdin?.write(input)
      return answered
    },
    isAlive: () => alive,
    kill: () => {
      child.kill('SIGKILL')
      end('it was stopped', 'SIGKILL')
    },
  }
}
