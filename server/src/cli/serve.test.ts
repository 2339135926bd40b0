import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { place, runUpm, startServer, until, untilTimes, upm } from '../../test/process.ts'

const profileOf = (url: string, token: string) =>
  fetch(`${url}/api/me/profile/`, { headers: { authorization: `Bearer ${token}` } })

test('a stranger starts it, opens the page, gets a token in a second terminal, and edits a profile', async (t) => {
  const env = await place(t)
  const server = await startServer(env)
  const page = await fetch(await until(server, /UPM is ready: (http:\S+\/)"/))
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<title>(?:Мій кабінет|My account)</)
  const { code, output } = await upm(['token', 'alex@example.com', '--role', 'tutor'], env)
  assert.equal(code, 0, output)
  const token = output.trim()
  const first = await profileOf(server.url, token)
  assert.equal(first.status, 200)
  const document = (await first.json()) as { profile_type: string; user: { id: number } }
  assert.equal(document.profile_type, 'tutor')

  // A known user's token is that user's, whatever role is asked for.
  const again = (await upm(['token', 'ALEX@example.com', '--role', 'student'], env)).output.trim()
  assert.equal(
    ((await (await profileOf(server.url, again)).json()) as typeof document).user.id,
    document.user.id,
  )

  assert.equal(await server.stop(), 0)
  assert.doesNotMatch(server.output(), new RegExp(token.slice(-20)))
  assert.match(server.output(), /"msg":"stopped"/)
})

test('on a signal it finishes what is running, and then ends', async (t) => {
  const env = await place(t)
  const server = await startServer(env)
  const token = (await upm(['token', 'a@example.com'], env)).output.trim()
  assert.equal((await profileOf(server.url, token)).status, 200)
  const patch = request(`${server.url}/api/me/profile/`, {
    method: 'PATCH',
    // The server's 100 says that it has begun with the request.
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', expect: '100-continue' },
  })
  patch.flushHeaders()
  await once(patch, 'continue')
  server.child.kill('SIGTERM')
  await until(server, /stopping/)
  patch.end('{"user":{"first_name":"Alex"}}')
  const [answer] = (await once(patch, 'response')) as [IncomingMessage]
  assert.equal(answer.statusCode, 200)
  assert.match(await text(answer), /"first_name":"Alex"/)
  assert.equal(await server.ended, 0)
  await assert.rejects(profileOf(server.url, token))
})

test('a start is patient: it goes on after a machine that gave it no time for eleven seconds', async (t) => {
  const run = runUpm(['serve'], { ...(await place(t)), PORT: '0' })
  t.after(() => run.child.kill('SIGKILL'))
  // In the middle of putting the application together.
  await until(run, /partitions of the activity log were created/)
  run.child.kill('SIGSTOP')
  await sleep(11_000)
  run.child.kill('SIGCONT')
  await until(run, /UPM is ready/)
  run.child.kill('SIGTERM')
  assert.equal(await run.ended, 0)
})

test('a taken port is one clear line', async (t) => {
  const env = await place(t)
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  t.after(() => other.close())
  const { port } = other.address() as { port: number }
  const { code, output } = await upm(['serve'], { ...env, PORT: String(port), LOG_LEVEL: 'silent' })
  assert.equal(code, 1)
  assert.equal(
    output,
    `upm: Port ${port} on 127.0.0.1 is already in use. Set PORT to another port, or stop the program that uses it.\n`,
  )
})

test('the reason why a worker cannot start ends the server, whatever it is', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const { port } = other.address() as { port: number }
  const env = await place(t)
  const file = join(env['DATA_DIR'] ?? '', 'a-file')
  await writeFile(file, '')
  const broken = join(env['DATA_DIR'] ?? '', 'broken.mjs')
  await writeFile(broken, "if (process.env.UPM_WORKER_TASK) throw new Error('this module is broken')")
  const cases: [what: Record<string, string>, reason: RegExp][] = [
    [{ PORT: String(port) }, /^upm: Port \d+ on 127\.0\.0\.1 is already in use\. [^\n]+\n$/],
    [{ HOST: '203.0.113.7' }, /^upm: This machine does not have the address "203\.0\.113\.7"\. [^\n]+\n$/],
    [{ MEDIA_ROOT: join(file, 'media') }, /^upm: [^\n]*a-file/],
    [
      { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/upm' },
      /^upm: The database upm at [^\n]+ECONNREFUSED[^\n]+\n$/,
    ],
    [
      { NODE_OPTIONS: `--import=${broken}` },
      /this module is broken[^]*\nupm: A worker process could not go on: it ended with exit code 1; its own message is above\.\n$/,
    ],
  ]
  for (const [what, reason] of cases) {
    for (const WORKERS of ['1', '2']) {
      const { code, output } = await upm(['serve'], {
        PORT: '0',
        ...env,
        ...what,
        WORKERS,
        LOG_LEVEL: 'silent',
      })
      assert.equal(code, 1)
      assert.match(output, reason)
    }
  }
})

test('a configuration that is not valid names every variable at fault', async () => {
  const { code, output } = await upm(['serve'], {
    PORT: 'http',
    WORKERS: 'many',
    STORAGE: 'ftp',
    DATABASE_URL: 'mysql://u:hunter2@h/d',
  })
  assert.equal(code, 1)
  assert.match(output, /^upm: the configuration is not valid:\n/)
  for (const name of ['PORT', 'WORKERS', 'STORAGE', 'DATABASE_URL'])
    assert.match(output, new RegExp(`^  ${name} must be`, 'm'))
  assert.doesNotMatch(output, /hunter2|at .*\.ts/)
})

test('services that may log what there is not are named at start, in one line', async (t) => {
  const env = { ...(await place(t)), WORKERS: '2', AUTH_SERVICE_ACTIONS: 'billing=nobody.knows' }
  const { code, output } = await upm(['serve'], env)
  assert.equal(code, 1)
  assert.match(output, /AUTH_SERVICE_ACTIONS lets "billing" log "nobody\.knows"/)
  assert.doesNotMatch(output, /    at /)
})

test('several processes share the port; one that dies is replaced; a signal ends them all', async (t) => {
  const server = await startServer({ ...(await place(t)), WORKERS: '2' })
  await until(server, /all worker processes are listening/)
  // Each worker says so itself, when its own output gets around to it.
  await untilTimes(server, 'listening at', 2)
  const pids = new Set(
    [...server.output().matchAll(/"pid":(\d+)[^\n]*listening at/g)].map((match) => Number(match[1])),
  )
  assert.equal(pids.size, 2)
  const [victim = 0] = pids
  process.kill(victim, 'SIGKILL')
  await until(server, /a worker process died/)
  await untilTimes(server, 'listening at', 3)
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
  assert.deepEqual(server.output().match(/UPM is ready: [^"]+/g), [`UPM is ready: ${server.url}/`])
  assert.equal(await server.stop('SIGINT'), 0)
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

test('several processes count requests and collect metrics together', async (t) => {
  const env = await place(t)
  const server = await startServer({ ...env, WORKERS: '2', RATE_LIMIT_PER_MINUTE: '10' })
  await until(server, /all worker processes are listening/)
  // A connection each, so that both workers get some.
  const headers = { connection: 'close' }
  const answers = await Promise.all(
    Array.from({ length: 16 }, () => fetch(`${server.url}/api/languages/`, { headers })),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 10)
  assert.equal(answers.filter(({ status }) => status === 429).length, 6)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const counts = [...metrics.matchAll(/duration_seconds_count\{[^}]*languages[^}]*\} (\d+)/g)].map((match) =>
    Number(match[1]),
  )
  assert.equal(
    counts.reduce((sum, n) => sum + n, 0),
    16,
  )
  assert.equal(await server.stop(), 0)
})

test('every command explains itself', async () => {
  for (const command of ['', 'serve', 'health', 'migrate', 'token', 'invite', 'account', 'seed-demo']) {
    const { code, output } = await upm([...(command === '' ? [] : [command]), '--help'], {})
    assert.equal(code, 0)
    assert.match(output, new RegExp(`^Usage: upm ${command}`))
  }
  const { code, output } = await upm(['fly'], {})
  assert.equal(code, 1)
  assert.match(output, /unknown command 'fly'/)
})
