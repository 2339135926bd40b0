import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMetrics } from '../../test/metrics.ts'
import { place, startServer, until } from '../../test/process.ts'

test('what a worker has counted stays when it ends, and each process is counted once', async (t) => {
  const server = await startServer({ ...(await place(t)), WORKERS: '2', PAGE: 'off' })
  t.after(() => server.child.kill('SIGKILL'))
  await until(server, /all worker processes are listening/)
  const headers = { connection: 'close' }
  const ask = (times: number) =>
    Promise.all(Array.from({ length: times }, () => fetch(`${server.url}/api/languages/`, { headers })))
  const read = async () => readMetrics(await (await fetch(`${server.url}/metrics`, { headers })).text())
  const route = { route: '/api/languages/' }
  const asked = async () => (await read()).sum('upm_http_request_duration_seconds_count', route)
  const workers = () =>
    [...server.output().matchAll(/"pid":(\d+),[^\n]*listening at/g)].map(([, pid]) => Number(pid))
  const end = async (pid: number, signal: NodeJS.Signals) => {
    process.kill(pid, signal)
    await until(server, new RegExp(`"worker":${pid},[^\\n]*a worker process died`))
  }

  await ask(20)
  assert.equal(await asked(), 20)
  const [first = 0, second = 0] = workers()
  // Nobody has read these: the worker gives them before it ends.
  await ask(20)
  await end(first, 'SIGTERM')
  await until(server, /(?:listening at[^]*){3}/)
  assert.equal(await asked(), 40)
  // Killed, it can give nothing; what was read before stays.
  await end(second, 'SIGKILL')
  await until(server, /(?:listening at[^]*){4}/)
  await ask(5)
  const { sum, samples } = await read()
  assert.equal(sum('upm_http_request_duration_seconds_count', route), 45)
  // What the first process does, and what is the same in all.
  assert.ok(sum('upm_job_runs_total', { task: 'activity log', outcome: 'succeeded' }) >= 1)
  assert.equal(sum('upm_build_info'), 1)
  assert.deepEqual(
    samples.filter(({ name }) => name === 'upm_disk_size_bytes').map(({ labels }) => labels['folder']),
    ['data', 'media'],
  )
  // A gauge of a process that has ended is gone: two workers, each with its pool.
  assert.equal(sum('upm_database_connections_limit'), 20)
  assert.equal(await server.stop(), 0)
})
