/** What SIGHUP does to a server under load, and what a worker does that cannot live. */
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { json } from 'node:stream/consumers'
import { place, startServer, until, untilTimes, upm, workersOf, type Server } from '../../test/process.ts'

/** A server whose variables are in a file, and a way to change them. */
async function fromFile(t: TestContext, variables: Record<string, string>) {
  const env = await place(t)
  const file = join(env['DATA_DIR'] ?? '', 'upm.env')
  const write = (next: Record<string, string>) =>
    writeFile(
      file,
      Object.entries(next)
        .map(([name, value]) => `${name}="${value}"\n`)
        .join(''),
    )
  await write(variables)
  const server = await startServer(env, ['--env-file', file])
  t.after(() => server.stop('SIGKILL'))
  await until(server, /UPM is ready/)
  return { env, file, write, server }
}

/** Sends one request after the other on a connection that is kept, until it is told that it is enough. */
function keepAsking(server: Server, token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const statuses: number[] = []
  const enough = new AbortController()
  const ask = async (n: number): Promise<number> => {
    const patch = n % 2 === 0
    return new Promise((resolve, reject) => {
      const asked = request(`${server.url}/api/me/profile/`, {
        agent,
        method: patch ? 'PATCH' : 'GET',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      })
      asked.once('error', reject).once('response', (answer) => {
        json(answer).then(() => resolve(answer.statusCode ?? 0), reject)
      })
      asked.end(patch ? JSON.stringify({ user: { first_name: `name ${n}` } }) : undefined)
    })
  }
  const done = (async () => {
    for (let n = 0; !enough.signal.aborted; n += 1) statuses.push(await ask(n))
    agent.destroy()
  })()
  return {
    statuses,
    stop: async () => {
      enough.abort()
      await done
    },
  }
}

for (const workers of [1, 2]) {
  test(`SIGHUP exchanges ${workers} worker(s), and no request fails meanwhile`, async (t) => {
    const variables = { WORKERS: String(workers), CHANGES_PER_HOUR: '0', CHANGES_PER_DAY: '0' }
    const { env, write, server } = await fromFile(t, { ...variables, UI_LANGUAGES: 'uk,en' })
    const token = (await upm(['token', 'somebody@example.com'], env)).output.trim()
    const clients = Array.from({ length: 3 }, () => keepAsking(server, token))
    const asked = () => clients.reduce((sum, { statuses }) => sum + statuses.length, 0)
    const once = { headers: { connection: 'close' } }
    while (asked() < 60) await fetch(`${server.url}/healthz`, once)

    await write({ ...variables, UI_LANGUAGES: 'en' })
    server.child.kill('SIGHUP')
    await until(server, /all worker processes were reloaded/)
    const reloadedAfter = asked()
    while (asked() < reloadedAfter + 60) {
      const answer = await fetch(`${server.url}/api/languages/`, once)
      assert.deepEqual(
        ((await answer.json()) as { code: string }[]).map(({ code }) => code),
        ['en'],
      )
    }
    await Promise.all(clients.map(({ stop }) => stop()))
    assert.deepEqual([...new Set(clients.flatMap(({ statuses }) => statuses))], [200])

    await untilTimes(server, 'listening at', 2 * workers)
    const pids = workersOf(server)
    assert.equal(new Set(pids).size, 2 * workers)
    for (const pid of pids.slice(0, workers)) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
    assert.equal(await server.stop(), 0)
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  })
}

test('a reload that cannot be is said with its reason, and what runs goes on', async (t) => {
  const { file, write, server } = await fromFile(t, { WORKERS: '1' })
  const [first] = workersOf(server)
  let failures = 0
  const failsWith = async (reason: RegExp) => {
    server.child.kill('SIGHUP')
    failures += 1
    await untilTimes(server, 'the reload failed', failures)
    const last =
      server
        .output()
        .split('\n')
        .findLast((line) => line.includes('the reload failed')) ?? ''
    assert.match((JSON.parse(last) as { reason: string }).reason, reason)
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
    assert.equal(workersOf(server)[0], first)
  }
  await write({ WORKERS: '1', CHANGES_PER_HOUR: 'many' })
  await failsWith(/CHANGES_PER_HOUR must be/)
  await write({ WORKERS: '2' })
  await failsWith(/A reload cannot change WORKERS/)
  // A new worker finds it out.
  await write({ WORKERS: '1', AUTH_SERVICE_ACTIONS: 'billing=nobody.knows' })
  await failsWith(/AUTH_SERVICE_ACTIONS lets "billing" log "nobody\.knows"/)
  await rm(file)
  await failsWith(/upm\.env" of --env-file cannot be read: there is no such file/)

  // One that dies afterwards is replaced by one with the configuration that was good.
  process.kill(first ?? 0, 'SIGKILL')
  await until(server, /a worker process died/)
  await untilTimes(server, 'listening at', 2)
  assert.equal(await server.stop(), 0)
})

test('several SIGHUPs at once, also before the server listens, never stop it; SIGTERM stops it in the middle of a reload', async (t) => {
  const server = await startServer(await place(t))
  t.after(() => server.stop('SIGKILL'))
  for (let n = 0; n < 5; n += 1) server.child.kill('SIGHUP')
  await until(server, /all worker processes were reloaded/)
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  server.child.kill('SIGHUP')
  await untilTimes(server, 'are reloaded one by one', 2)
  assert.equal(await server.stop(), 0)
  assert.doesNotMatch(server.output(), /the reload failed|"level":[56]0/)
  assert.ok((server.output().match(/are reloaded one by one/g) ?? []).length <= 3)
  for (const pid of workersOf(server)) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

test('workers that die again and again end the server, with one line', async (t) => {
  const env = await place(t)
  const flag = join(env['DATA_DIR'] ?? '', 'flag')
  const broken = join(env['DATA_DIR'] ?? '', 'broken.mjs')
  await writeFile(
    broken,
    `import { existsSync } from 'node:fs'
    if (process.env.UPM_WORKER_TASK && existsSync(${JSON.stringify(flag)})) process.kill(process.pid, 'SIGKILL')`,
  )
  const server = await startServer({ ...env, NODE_OPTIONS: `--import=${broken}` })
  await until(server, /UPM is ready/)
  await writeFile(flag, '')
  process.kill(workersOf(server)[0] ?? 0, 'SIGKILL')
  assert.equal(await server.ended, 1)
  const lines = server.output().match(/^upm: .*$/gm)
  assert.equal(lines?.length, 1, server.output())
  assert.match(lines?.[0] ?? '', /died 5 times in a row, .* The last reason: .*SIGKILL/)
})
