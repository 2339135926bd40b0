/**
 * What the dearest filling of any field costs. Every place of the OpenAPI document, those of a host's own profile type
 * with them, is filled with everything hostile up to the limit of its body; then each of the dearest is sent over HTTP
 * to a process of its own, while `/healthz` is asked beside it. `npm run bench:limits` prints the table of
 * docs/limits.md, and fails when a request costs more than 50 ms of CPU or `/healthz` waits for more than 100 ms.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { globalSetup, globalTeardown } from '../server/test/setup.ts'
import { createTestApp, type TestApp } from '../server/test/test-app.ts'
import { fillersFor, placesOf, type HostileRequest, type Place } from '../server/test/hostile.ts'
import { hostType } from '../server/test/host-type.ts'
import { SIGN_IN_ENV } from '../server/test/visitor.ts'

const MOST_CPU_MS = 50
const MOST_WAIT_MS = 100
/** As many of the dearest are sent over HTTP, and as many of those are shown. */
const CONFIRMED = 40
const SHOWN = 12
/** The least of so many counts: what else runs on the machine makes it more. */
const ROUNDS = 5

type Case = { name: string; address: string; request: HostileRequest; cpuMs: number }

if (process.send === undefined) await measure()
else await serve()

/** The server: tells its addresses and the dearest requests, and its CPU time whenever it is asked. */
async function serve(): Promise<void> {
  await globalSetup()
  const upm = await createTestApp({ env: SIGN_IN_ENV })
  const host = await createTestApp({ env: SIGN_IN_ENV, profileTypes: [hostType] })
  const all = [
    await casesOf(upm, 'tutor', () => true),
    await casesOf(host, 'host', ({ name }) => name.includes('host_profile')),
  ]
  const forget = async () => {
    for (const { pool } of [upm, host]) await pool.query('delete from auth.attempts')
  }
  const end = async () => {
    for (const app of [upm, host]) await app.close()
    await globalTeardown()
    process.disconnect()
  }
  process.on('message', (message) => {
    if (message === 'cpu') process.send?.(process.threadCpuUsage())
    if (message === 'forget') void forget().then(() => process.send?.('forgotten'))
    if (message === 'end') void end()
  })
  const count = all.reduce((sum, cases) => sum + cases.count, 0)
  process.send?.({ count, cases: dearest(all.flatMap(({ cases }) => cases)) })
}

function dearest(cases: Case[]): Case[] {
  return cases.toSorted((one, other) => other.cpuMs - one.cpuMs).slice(0, CONFIRMED)
}

/** The dearest fillings of the places, by what they cost when they are injected, and how many were tried. */
async function casesOf(app: TestApp, role: string, isWanted: (place: Place) => boolean) {
  const { token } = await app.person({ role })
  const serviceToken = await app.token({ scope: 'activity:write' })
  const tokenFor = (path: string) => (path.startsWith('/api/activity') ? serviceToken : token)
  const address = await app.listen()
  let count = 0
  let cases: Case[] = []
  for (const place of (await placesOf(app.app, tokenFor)).filter(isWanted)) {
    await app.pool.query('delete from auth.attempts')
    for (const filler of fillersFor(place)) {
      const request = place.fill(filler.make(Math.max(8, place.maxBytes - 1200)))
      count += 1
      const caller = `203.0.${(count >> 8) & 255}.${count & 255}`
      request.headers = {
        authorization: `Bearer ${tokenFor(request.url)}`,
        'x-forwarded-for': caller,
        ...request.headers,
      }
      const before = process.threadCpuUsage()
      await app.app.inject({ ...request, method: request.method as 'GET' })
      const { user, system } = process.threadCpuUsage(before)
      const name = `${place.name}: ${filler.name}`
      cases.push({ name, address, request, cpuMs: (user + system) / 1000 })
    }
    // All of them would be gigabytes.
    cases = dearest(cases)
  }
  return { count, cases }
}

/** The client, in a process of its own, so that what it does costs the server nothing. */
async function measure(): Promise<void> {
  const server = fork(import.meta.filename)
  const ask = async <Answer>(question: string): Promise<Answer> => {
    server.send(question)
    const [answer] = (await once(server, 'message')) as [Answer]
    return answer
  }
  const [{ count, cases }] = (await once(server, 'message')) as [{ count: number; cases: Case[] }]
  const results: { name: string; status: number; bytes: number; cpuMs: number; waitMs: number }[] = []
  for (const { name, address, request } of cases) {
    const result = {
      name,
      status: 0,
      bytes: Buffer.byteLength(request.payload ?? request.url),
      cpuMs: Infinity,
      waitMs: Infinity,
    }
    for (let round = 0; round < ROUNDS; round++) {
      await ask('forget')
      const before = await ask<NodeJS.CpuUsage>('cpu')
      result.status = await send(address, request)
      const after = await ask<NodeJS.CpuUsage>('cpu')
      result.cpuMs = Math.min(result.cpuMs, (after.user - before.user + after.system - before.system) / 1000)
      // What is asked beside it costs CPU too, and so gets a request of its own.
      const beside = askHealth(address)
      await send(address, request)
      result.waitMs = Math.min(result.waitMs, await beside.stop())
    }
    results.push(result)
  }
  server.send('end')
  await once(server, 'exit')
  results.sort((one, other) => other.cpuMs - one.cpuMs)
  process.stdout.write(
    `The most expensive of ${count} contents:\n\n| content | bytes | status | CPU ms | /healthz ms |\n| --- | ---: | ---: | ---: | ---: |\n`,
  )
  for (const { name, bytes, status, cpuMs, waitMs } of results.slice(0, SHOWN)) {
    process.stdout.write(`| ${name} | ${bytes} | ${status} | ${cpuMs.toFixed(1)} | ${waitMs.toFixed(0)} |\n`)
  }
  const broken = results.filter(({ cpuMs, waitMs }) => cpuMs > MOST_CPU_MS || waitMs > MOST_WAIT_MS)
  for (const { name } of broken) process.stderr.write(`too dear: ${name}\n`)
  process.exitCode = broken.length === 0 ? 0 : 1
}

/** Sends a request, reads the answer to its end, and says its status. */
async function send(address: string, { url, method, headers, payload }: HostileRequest): Promise<number> {
  const answer = await fetch(`${address}${url}`, {
    method,
    headers,
    redirect: 'manual',
    ...(payload !== undefined && { body: payload }),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Asks `/healthz` again and again, and says in the end how long (ms) the longest answer took. */
function askHealth(address: string): { stop: () => Promise<number> } {
  const end = new AbortController()
  let longest = 0
  const asking = (async () => {
    while (!end.signal.aborted) {
      const start = performance.now()
      await (await fetch(`${address}/healthz`)).arrayBuffer()
      longest = Math.max(longest, performance.now() - start)
    }
  })()
  return {
    stop: async () => {
      end.abort()
      await asking
      return longest
    },
  }
}
