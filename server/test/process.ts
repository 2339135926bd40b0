import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../src/database/connect.ts'
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
  return { DATA_DIR: directory, DATABASE_URL: addressOf(connection) }
}

/** For `DATABASE_URL`. */
export function addressOf(connection: Connection): string {
  if (typeof connection === 'string') return connection
  const { host, port, user, database } = connection
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`
}

export type Upm = {
  child: ChildProcess
  /** What it has printed so far, on both streams. */
  output: () => string
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | string>
}

/** Runs `upm` as a user does, in a process of its own, with this environment and no other variable of ours. */
export function runUpm(args: string[], env: Record<string, string>, cwd?: string): Upm {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), ...env },
    ...(cwd !== undefined && { cwd }),
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
  cwd?: string,
): Promise<{ code: number | string; output: string }> {
  const run = runUpm(args, env, cwd)
  const code = await run.ended
  return { code, output: run.output() }
}

export type Server = Upm & { url: string; stop: (signal?: NodeJS.Signals) => Promise<number | string> }

/** Starts `upm serve` on a free port and resolves when it listens. */
export async function startServer(
  env: Record<string, string>,
  args: string[] = [],
  cwd?: string,
): Promise<Server> {
  const run = runUpm(['serve', ...args], { PORT: '0', RATE_LIMIT_PER_MINUTE: '0', ...env }, cwd)
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

/** Asks again and again until the answer is yes. */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20)
}

/** Waits for something to be printed, and returns what the first group matched; fails when the process ends first. */
export async function until(run: Upm, pattern: RegExp): Promise<string> {
  const ended = run.ended.then(() => true)
  for (;;) {
    const match = pattern.exec(run.output())
    if (match) return match[1] ?? match[0]
    // What it says comes in between.
    if (await Promise.race([ended, sleep(20, false)])) {
      const last = pattern.exec(run.output())
      if (last) return last[1] ?? last[0]
      throw new Error(`it ended before it printed ${pattern}:\n${run.output()}`)
    }
  }
}

/** Waits for something to have been printed so many times. */
export async function untilTimes(run: Upm, text: string, times: number): Promise<void> {
  while (run.output().split(text).length <= times) {
    if (await Promise.race([run.ended.then(() => true), sleep(20, false)])) {
      throw new Error(`it ended before it printed "${text}" ${times} times:\n${run.output()}`)
    }
  }
}

/** The processes of its workers that have listened so far, in that order; also those that have ended since. */
export function workersOf(server: Upm): number[] {
  return [...server.output().matchAll(/"pid":(\d+)[^\n]*listening at/g)].map((match) => Number(match[1]))
}
