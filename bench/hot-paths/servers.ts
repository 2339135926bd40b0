import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type Server = { name: string; url: string; pid: number; stop: () => Promise<void> }

export type ServerOptions = {
  name: string
  /** A TypeScript file and its arguments. */
  command: string[]
  env: Record<string, string>
  /** Where its log goes. */
  directory: string
}

const START_LIMIT_MS = 60_000

/**
 * Starts a server on a free port, in a process of its own, with this environment and no other variable of ours, and
 * resolves when it listens.
 */
export async function startServer({ name, command, env, directory }: ServerOptions): Promise<Server> {
  const { PATH = '', HOME = '' } = process.env
  const logFile = join(directory, `${name}.log`)
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, command, {
    env: { PATH, HOME, NODE_ENV: 'production', PORT: '0', ...env },
    stdio: ['ignore', log, log],
  })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill()
    await ended
  }
  const deadline = Date.now() + START_LIMIT_MS
  while (child.exitCode === null && Date.now() < deadline) {
    const url = /listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1]
    if (url !== undefined) return { name, url, pid: child.pid ?? 0, stop }
    await sleep(50)
  }
  if (child.exitCode === null) await stop()
  throw new Error(`${name} does not listen:\n${readFileSync(logFile, 'utf8')}`)
}
