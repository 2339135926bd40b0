import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test, type TestContext } from 'node:test'
import { pino } from 'pino'
import { createDatabase } from '../../test/database.ts'
import { query, sql, transaction } from '../database/database.ts'
import type { Log } from '../logger.ts'
import { createMeters } from '../meters.ts'
import { createQueue, startTasks, type Task } from './queue.ts'

const { pool, connection, drop } = await createDatabase()
after(drop)
const queue = createQueue(pool)

const WAIT = { timeout: 30_000, interval: 50 }

/** Runs tasks for the time of a test, and keeps what is logged. */
async function working(t: TestContext, tasks: Task<object>[]) {
  const lines: string[] = []
  const log: Log = pino({}, { write: (line: string) => void lines.push(line) })
  const meters = createMeters()
  const { stop } = await startTasks(pool, tasks, { log, meters })
  t.after(stop)
  return { lines, meters, stop }
}

test('a task is done once it is committed, and never if it is rolled back', async (t) => {
  const done: string[] = []
  await working(t, [{ name: 'greet', run: async (_needs, { id }) => void done.push(id) }])
  await assert.rejects(
    transaction(pool, async (db) => {
      await queue.send(db, 'greet', { id: 'never' })
      throw new Error('no')
    }),
  )
  await transaction(pool, (db) => queue.send(db, 'greet', { id: 'one' }))
  await t.waitFor(() => assert.ok(done.length > 0), WAIT)
  assert.deepEqual(done, ['one'])
})

test('the same work is asked for once, while it waits and while it is done', async (t) => {
  const begun: string[] = []
  let finish = () => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  await working(t, [
    {
      name: 'once',
      run: async (_needs, { id }) => {
        begun.push(id)
        await finished
      },
    },
  ])
  await Promise.all([1, 2, 3].map(() => queue.send(pool, 'once', { id: 'a' })))
  await t.waitFor(() => assert.ok(begun.length > 0), WAIT)
  await queue.send(pool, 'once', { id: 'a' })
  finish()
  const states = sql`select state::text from upm_jobs.job where name = 'once'`
  await t.waitFor(async () => {
    const rows = await query<{ state: string }>(pool, states)
    assert.ok(rows.every(({ state }) => state === 'completed'))
  }, WAIT)
  assert.deepEqual(begun, ['a'])
  assert.equal((await query(pool, states)).length, 1)
})

test('a task that fails is tried again, and neither the queue nor the log of the library keeps what was thrown', async (t) => {
  let runs = 0
  const { lines, meters } = await working(t, [
    {
      name: 'shaky',
      run: async () => {
        runs += 1
        if (runs === 1) throw new Error('olena@example.com is not a number')
      },
    },
  ])
  await queue.send(pool, 'shaky', { id: '7' })
  await t.waitFor(() => assert.ok(runs === 2), WAIT)
  const [kept] = await query<{ text: string }>(
    pool,
    sql`select jsonb_agg(to_jsonb(j))::text as text from upm_jobs.job j where name = 'shaky'`,
  )
  assert.doesNotMatch(kept?.text ?? '', /olena/)
  assert.equal(lines.filter((line) => line.includes('a task failed')).length, 1)
  const metrics = await meters.registry.metrics()
  assert.match(metrics, /upm_job_runs_total\{task="shaky",outcome="failed"\} 1/)
})

test('work waits for its time', async (t) => {
  const done: string[] = []
  await working(t, [{ name: 'later', run: async (_needs, { id }) => void done.push(id) }])
  await queue.send(pool, 'later', { id: 'future' }, { after: new Date(Date.now() + 3_600_000) })
  await queue.send(pool, 'later', { id: 'now' })
  await t.waitFor(() => assert.ok(done.length > 0), WAIT)
  assert.deepEqual(done, ['now'])
})

test('what a killed process was doing is taken over', async (t) => {
  await queue.send(pool, 'greet', { id: 'x' })
  await query(pool, sql`delete from upm_jobs.job`)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', HANGING], {
    env: { ...process.env, CONNECTION: JSON.stringify(connection) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const done: string[] = []
  await working(t, [{ name: 'heavy', run: async (_needs, { id }) => void done.push(id) }])
  await t.waitFor(() => assert.ok(done.length > 0), { timeout: 60_000 })
  assert.deepEqual(done, ['big'])
})

/** A process that takes work, says so, and never ends it. */
const HANGING = `
import { pino } from 'pino'
import { openPool } from '${new URL('../database/pool.ts', import.meta.url).href}'
import { createMeters } from '${new URL('../meters.ts', import.meta.url).href}'
import { createQueue, startTasks } from '${new URL('./queue.ts', import.meta.url).href}'
const pool = openPool(JSON.parse(process.env.CONNECTION))
const run = () => new Promise(() => process.stdout.write('taken'))
await startTasks(pool, [{ name: 'heavy', run }], { log: pino({}, process.stderr), meters: createMeters() })
await createQueue(pool).send(pool, 'heavy', { id: 'big' })
`
