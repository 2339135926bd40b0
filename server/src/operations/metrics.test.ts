import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { form } from '../../test/form.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { promtool, readMetrics } from '../../test/metrics.ts'
import { noise } from '../../test/picture.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, sql, transaction } from '../database/database.ts'
import { maintainLog } from '../log/maintenance.ts'
import { sweepOrphans } from '../media/sweep.ts'
import { createMeters, watchDisks } from '../meters.ts'

const metricsOf = async (app: TestApp) => readMetrics((await app.send('GET', '/metrics')).body)

/** An installation in which everything that is counted has happened. */
async function busyApp(t: TestContext) {
  const mailbox = await openMailbox()
  const app = await useTestApp(
    { env: { ...SIGN_IN_ENV, PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl } },
    t,
  )
  const person = visitor(app)
  const token = await person.token(await person.confirm((await mailbox.mailOf(() => person.signUp())).url))
  await person.post('/sign-in/email', { email: person.email, password: `not ${PASSWORD}` })
  await app.send('PATCH', '/api/me/profile/', {
    token,
    body: { user: { first_name: 'Olha' }, settings: { timezone: 'Europe/Kyiv' } },
  })
  const upload = async (file: Buffer) => {
    const { body, headers } = await form([{ name: 'avatar', file }])
    return app.send('POST', '/api/me/avatar/', { token, body, headers })
  }
  assert.equal((await upload(await noise(64))).statusCode, 201)
  assert.equal((await upload(Buffer.from('no picture'))).statusCode, 400)
  for (let i = 0; i < 2; i += 1) await app.send('DELETE', '/api/me/avatar/', { token })
  return { app, person, token }
}

test('what happens in an installation is counted, by outcome, and what did not happen is not', async (t) => {
  const { app, token } = await busyApp(t)
  assert.equal((await app.send('PATCH', '/api/me/settings/', { token, body: {} })).statusCode, 200)
  await app.send('GET', '/api/me/profile/')
  await app.send('GET', '/api/me/profile/', { token: 'not-a-token' })
  const { sum } = await metricsOf(app)
  const expected: [string, Record<string, string>, number][] = [
    ['upm_sign_ups_total', { outcome: 'succeeded' }, 1],
    ['upm_sign_ins_total', { outcome: 'succeeded' }, 1],
    ['upm_sign_ins_total', { outcome: 'INVALID_EMAIL_OR_PASSWORD' }, 1],
    ['upm_problems_total', { code: 'INVALID_EMAIL_OR_PASSWORD' }, 1],
    ['upm_problems_total', { code: 'unauthorized' }, 2],
    ['upm_problems_total', { code: 'image_unsupported' }, 1],
    ['upm_first_visits_total', { source: 'token', role: 'tutor', profile_type: 'tutor' }, 1],
    ['upm_first_visits_total', {}, 1],
    ['upm_activity_entries_total', { action: 'system.profile.initialized' }, 1],
    ['upm_activity_entries_total', { action: 'system.login' }, 1],
    ['upm_activity_entries_total', { action: 'profile.updated' }, 1],
    ['upm_activity_entries_total', { action: 'settings.updated' }, 1],
    ['upm_activity_entries_total', { action: 'avatar.uploaded' }, 1],
    ['upm_activity_entries_total', { action: 'avatar.deleted' }, 1],
    ['upm_avatar_uploads_total', { outcome: 'succeeded' }, 1],
    ['upm_avatar_uploads_total', { outcome: 'image_unsupported' }, 1],
    ['upm_avatar_deletions_total', {}, 1],
    ['upm_mails_total', { kind: 'verification', outcome: 'sent' }, 1],
    ['upm_mails_total', { outcome: 'failed' }, 0],
    ['upm_build_info', {}, 1],
  ]
  for (const [name, labels, value] of expected)
    assert.equal(sum(name, labels), value, `${name} ${JSON.stringify(labels)}`)
})

test('the entries in /metrics are those of the log, whoever wrote them', async (t) => {
  const { app, token } = await busyApp(t)
  const service = await app.token({ sub: 'mailing', scope: 'activity:write' })
  const { user } = (await app.send('GET', '/api/me/profile/', { token })).json<{ user: { id: number } }>()
  const entry = { user_id: user.id, action: 'invite.sent', metadata: { channel: 'email' } }
  const [first, second] = [randomUUID(), randomUUID()]
  // The third one is the first one again.
  const body = [first, second, first].map((id) => ({ ...entry, id }))
  const batch = await app.send('POST', '/api/activity/', { token: service, body })
  assert.deepEqual(batch.json(), { accepted: 2, duplicates: 1 })
  const rows = await query<{ action: string; count: number }>(
    app.pool,
    sql`select action, count(*) from activity_log group by action order by action`,
  )
  const { samples } = await metricsOf(app)
  const counted = samples
    .filter(({ name, value }) => name === 'upm_activity_entries_total' && value > 0)
    .map(({ labels, value }) => ({ action: labels['action'], count: value }))
    .sort((one, other) => ((one.action ?? '') < (other.action ?? '') ? -1 : 1))
  assert.deepEqual(counted, rows)
})

test('an entry of a transaction that is rolled back is not counted', async (t) => {
  const app = await useTestApp({}, t)
  const { userId } = await app.person()
  const write = (fails: boolean) =>
    transaction(app.pool, async (db) => {
      await app.app.upm.activity.log(
        { user: { id: userId }, action: 'system.login', metadata: { method: 'sso' } },
        db,
      )
      if (fails) throw new Error('taken back')
    })
  await assert.rejects(write(true), /taken back/)
  assert.equal((await metricsOf(app)).sum('upm_activity_entries_total', { action: 'system.login' }), 0)
  await write(false)
  assert.equal((await metricsOf(app)).sum('upm_activity_entries_total', { action: 'system.login' }), 1)
})

test('retention, sweeps, jobs and disks are counted', async (t) => {
  const app = await useTestApp({}, t)
  const meters = createMeters()
  watchDisks(meters.registry, { data: app.config.dataDir, gone: '/no/such/folder' })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  for (const days of [0, 400]) {
    const now = new Date(Date.now() + days * 86_400_000)
    const writeCheckpoints = async () => 3
    await maintainLog({ pool: app.pool, log, retentionDays: 30, writeCheckpoints, meters, now })
  }
  await query(
    app.pool,
    sql`insert into unclaimed_files (storage_key, due_at) values ('avatars/2026/11/user1-a', now() - interval '1 hour')`,
  )
  await sweepOrphans(app.pool, app.storage, undefined, meters)
  meters.jobStarted('activity log', 3_600_000)
  meters.jobEnded('activity log', 'succeeded', 1500)
  const { sum, samples } = readMetrics(await meters.registry.metrics())
  assert.ok(sum('upm_activity_partitions_total', { change: 'created' }) > 0)
  assert.ok(sum('upm_activity_partitions_total', { change: 'dropped' }) > 0)
  assert.equal(sum('upm_activity_checkpoints_total'), 3)
  assert.equal(sum('upm_swept_pictures_total'), 1)
  assert.equal(sum('upm_sweep_failures_total'), 0)
  assert.equal(sum('upm_job_runs_total', { task: 'activity log', outcome: 'succeeded' }), 1)
  assert.equal(sum('upm_job_interval_seconds'), 3600)
  assert.equal(sum('upm_job_last_duration_seconds'), 1.5)
  assert.ok(Math.abs(sum('upm_job_last_success_timestamp_seconds') - Date.now() / 1000) < 60)
  assert.ok(sum('upm_disk_size_bytes') >= sum('upm_disk_free_bytes'))
  assert.deepEqual(
    samples.filter(({ name }) => name === 'upm_disk_free_bytes').map(({ labels }) => labels),
    [{ folder: 'data' }],
  )
})

test('promtool finds nothing to say about /metrics', { skip: promtool.skip }, async (t) => {
  const { app } = await busyApp(t)
  const { body } = await app.send('GET', '/metrics')
  const said = await new Promise<string>((resolve) => {
    const child = execFile(promtool.path, ['check', 'metrics'], (error, stdout, stderr) =>
      resolve(`${error ? error.message : ''}${stdout}${stderr}`),
    )
    child.stdin?.end(body)
  })
  assert.equal(said, '')
})
