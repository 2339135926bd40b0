import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { createDatabase } from './database.ts'

const main = join(import.meta.dirname, '../src/main.ts')

/** The environment of a folder and a database of its own, on the server that the tests run on. */
export async function place(t: TestContext): Promise<Record<string, string>> {
  const directory = await mkdtemp(join(tmpdir(), 'upm-serve-'))
  const { connection, drop } = await createDatabase('empty')
  t.after(async () => {
    await drop()
    await rm(directory, { recursive: true, force: true })
  })
  const url =
    typeof connection === 'string'
      ? connection
      : `postgres://${connection.user}@localhost/${connection.database}?host=${encodeURIComponent(connection.host)}&port=${connection.port}`
  return { DATA_DIR: directory, DATABASE_URL: url }
}

export type Upm = {
  child: ChildProcess
  /** What it has printed so far, on both streams. */
  output: () => string
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | string>
}

/** Runs `upm` as a user does, in a process of its own, with this environment and no other variable of ours. */
export function runUpm(args: string[], env: Record<string, string>): Upm {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  return { child, output: () => text, ended }
}

/** Runs a command to its end. */
export async function upm(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | string; output: string }> {
  const run = runUpm(args, env)
  const code = await run.ended
  return { code, output: run.output() }
}

export type Server = Upm & { url: string; stop: (signal?: NodeJS.Signals) => Promise<number | string> }

/** Starts `upm serve` on a free port and resolves when it listens. */
export async function startServer(env: Record<string, string>): Promise<Server> {
  const run = runUpm(['serve'], { PORT: '0', RATE_LIMIT_PER_MINUTE: '0', ...env })
  const url = await until(run, /listening at (http:\/\/127\.0\.0\.1:\d+)/)
  return {
    ...run,
    url,
    stop: (signal = 'SIGTERM') => {
      run.child.kill(signal)
      return run.ended
    },
  }
}

/** Waits for something to be printed, and returns what the first group matched; fails when the process ends first. */
export async function until(run: Upm, pattern: RegExp): Promise<string> {
  let gone = false
  void run.ended.then(() => (gone = true))
  for (;;) {
    const match = pattern.exec(run.output())
    if (match) return match[1] ?? match[0]
    if (gone) throw new Error(`it ended before it printed ${pattern}:\n${run.output()}`)
    await Promise.race([
      once(run.child.stdout ?? run.child, 'data'),
      once(run.child.stderr ?? run.child, 'data'),
      run.ended,
    ])
  }
}
