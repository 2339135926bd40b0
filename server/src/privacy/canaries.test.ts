/**
 * Fourteen things of one person, each with a word that nobody else has, go through a real server with a database of its own. Once
 * the account is purged, none of the words is left anywhere: in a dump, in the files of the database, in the storage, in what the
 * server has printed, in its metrics.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import sharp from 'sharp'
import { form } from '../../test/form.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { noise } from '../../test/picture.ts'
import { eventually, startServer, upm } from '../../test/process.ts'
import { connectionOptions } from '../database/connect.ts'
import { openDatabase } from '../database/open.ts'

const EMAIL = 'canary-email@example.com'
const PASSWORD = 'canary-password-01'
const IP = '203.0.113.199'
const silent = { info: () => {}, warn: () => {}, error: () => {} }

test('after the purge nothing of a person is left but anonymous facts', async (t) => {
  const mailbox = await openMailbox()
  const dataDir = await mkdtemp(join(tmpdir(), 'upm-canaries-'))
  const env = {
    DATA_DIR: dataDir,
    SMTP_URL: mailbox.smtpUrl,
    MAIL_FROM: 'UPM <upm@example.com>',
    PUBLIC_URL: 'http://localhost:3000',
    TRUSTED_PROXIES: '127.0.0.1',
    LOG_LEVEL: 'trace',
    ERASE_GRACE_DAYS: '0',
  }
  const server = await startServer(env)
  t.after(async () => {
    await server.stop('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  })
  const database = await openDatabase({ databaseUrl: undefined, dataDir }, 'share', silent)
  t.after(() => database.close())
  assert.ok(typeof database.connection !== 'string')
  // An operator, who sees all tables and may rewrite them.
  const operator = new pg.Client(connectionOptions({ ...database.connection, user: 'upm' }))
  await operator.connect()
  t.after(() => operator.end())
  const ask = async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
    (await operator.query<Row>(text, values)).rows

  const headers = { 'x-forwarded-for': IP, 'user-agent': 'canary-agent/7.0' }
  const send = async (method: string, path: string, body?: object, token?: string): Promise<Response> => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
    return answer
  }
  const signIn = { email: EMAIL, password: PASSWORD, sessionToken: true }

  const mail = await mailbox.mailTo(EMAIL, 'token=', () =>
    send('POST', '/api/auth/sign-up/email', {
      email: EMAIL,
      password: PASSWORD,
      name: 'Canary-name Canary-surname',
      role: 'tutor',
    }),
  )
  const verificationToken = mail.url.searchParams.get('token')
  const session = await send('POST', '/api/auth/sign-in/email', { ...signIn, verificationToken })
  const { token: sessionToken } = (await session.json()) as { token: string }
  const { token } = (await (await send('GET', '/api/auth/token', undefined, sessionToken)).json()) as {
    token: string
  }
  const document = (await (
    await send(
      'PATCH',
      '/api/me/profile/',
      {
        user: { first_name: 'Canary-first', last_name: 'Canary-last' },
        tutor_profile: { headline: 'canary-headline', bio: `canary-bio ${'long '.repeat(200)}` },
      },
      token,
    )
  ).json()) as { user: { id: number } }
  const { id } = document.user
  const photo = await sharp(await noise(128))
    .withExif({ IFD0: { ImageDescription: 'canary-exif', Copyright: 'canary-exif' } })
    .jpeg()
    .toBuffer()
  const upload = await form([{ name: 'avatar', file: photo, filename: 'canary-file.jpg' }])
  const uploaded = await fetch(`${server.url}/api/me/avatar/`, {
    method: 'POST',
    headers: { ...headers, ...upload.headers, authorization: `Bearer ${token}` },
    body: new Uint8Array(upload.body),
  })
  assert.equal(uploaded.status, 201)
  const { avatar_url: avatarUrl } = (await uploaded.json()) as { avatar_url: string }
  const picture = Buffer.from(await (await fetch(new URL(avatarUrl, server.url))).arrayBuffer())
  const service = await upm(['token', 'booking@example.com', '--scope', 'activity:write'], env)
  assert.equal(service.code, 0, service.output)
  const receipt = crypto.randomUUID()
  await send(
    'POST',
    '/api/activity/',
    [
      {
        id: receipt,
        user_id: id,
        action: 'invite.sent',
        entity_type: 'invite',
        entity_id: 'canary-entity',
        metadata: { channel: 'email', to: 'canary-metadata@example.com' },
      },
    ],
    service.output.trim().split('\n').at(-1),
  )
  // A wrong password, and a link to choose another one, which stays unused.
  await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, password: 'canary-wrong' }),
  })
  await mailbox.mailTo(EMAIL, 'reset', () =>
    send('POST', '/api/auth/request-password-reset', { email: EMAIL }),
  )
  const archive = (await (await send('POST', '/api/me/exports/', undefined, token)).json()) as { id: string }
  await eventually(async () => {
    const state = await (await send('GET', `/api/me/exports/${archive.id}/`, undefined, token)).json()
    return (state as { state: string }).state === 'ready'
  })
  const zip = Buffer.from(
    await (await send('GET', `/api/me/exports/${archive.id}/download/`, undefined, token)).arrayBuffer(),
  )

  const words = [
    'canary-',
    'Canary-',
    EMAIL,
    IP,
    sessionToken,
    token.split('.')[2] ?? '',
    // Pieces of the picture and of the archive, as they were handed out.
    picture.subarray(200, 232),
    zip.subarray(200, 232),
    `user${id}-`,
  ]
  await operator.query('checkpoint')
  const found = await whereabouts(words, { operator, dataDir })
  assert.ok(
    found.some((place) => place.startsWith('table upm') || place.startsWith('table public')),
    'the words are found at all',
  )
  assert.ok(found.some((place) => place.startsWith('file media')))
  assert.ok(found.some((place) => place.startsWith('file postgres')))

  const facts = `select action, entity_type, timestamp from public.activity_log order by timestamp, id`
  const before = await ask(facts)
  const left = await send('DELETE', '/api/me/', { confirm: EMAIL }, token)
  assert.equal(left.status, 202)
  await eventually(async () => (await ask('select from public.users where id = $1', [id])).length === 0)
  await eventually(async () => (await ask('select from public.unclaimed_files')).length === 0)

  const after = await ask(facts)
  assert.deepEqual(after.slice(0, before.length), before, 'the facts are the same, in number and order')
  // PostgreSQL frees the place of what was deleted, and does not write over it before the place is needed.
  await operator.query('vacuum (full, analyze)')
  await operator.query('checkpoint')
  assert.deepEqual(await whereabouts(words, { operator, dataDir }), [])

  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const printed = server.output()
  for (const word of words) {
    if (typeof word !== 'string') continue
    assert.ok(!metrics.includes(word), `the metrics have ${word}`)
    const line = printed.split('\n').find((one) => one.includes(word))
    assert.equal(line, undefined, `the server has printed ${word}`)
  }
})

type Installation = { operator: pg.Client; dataDir: string }

/** In which tables and files any of the words is: `table auth.user: canary-`, `file media/…: …`. */
async function whereabouts(
  words: readonly (string | Buffer)[],
  { operator, dataDir }: Installation,
): Promise<string[]> {
  const places: string[] = []
  const name = (word: string | Buffer) => (typeof word === 'string' ? word : `bytes ${word.toString('hex')}`)
  const tables = await operator.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and n.nspname not in ('information_schema', 'pg_toast') and n.nspname !~ '^pg_temp'
      order by 1`,
  )
  for (const { name: table } of tables.rows) {
    const { rows } = await operator.query<{ text: string }>(`select t::text as text from ${table} t`)
    for (const word of words) {
      if (typeof word === 'string' && rows.some(({ text }) => text.includes(word))) {
        places.push(`table ${table}: ${word}`)
      }
    }
  }
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name).slice(dataDir.length + 1)
    // The journal of changes is written over in turn, and a backup server keeps it as long as it is told to.
    if (path.includes('pg_wal/')) continue
    const content = await readFile(join(dataDir, path)).catch(() => Buffer.alloc(0))
    for (const word of words) {
      if (content.includes(word) || (typeof word === 'string' && path.includes(word)))
        places.push(`file ${path}: ${name(word)}`)
    }
  }
  return places
}
