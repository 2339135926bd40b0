/** Long texts are kept once, however many entries show them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { replay, statePart } from '../document/history.ts'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { dropExpired, ensurePartitions } from './partitions.ts'

const app = await useTestApp({ env: { CHANGES_PER_HOUR: '0', CHANGES_PER_DAY: '0' } })

/** Text that no compression makes smaller: so many letters of four bytes. */
function text(name: string, letters = 2000): string {
  let all = ''
  for (let n = 0; all.length < letters; n++) {
    for (const byte of createHash('sha256').update(`${name} ${n}`).digest()) {
      all += String.fromCodePoint(0x20000 + byte * 64 + (n % 64))
    }
  }
  return [...all].slice(0, letters).join('')
}

const patch = async ({ token }: Person, body: unknown): Promise<void> => {
  const answer = await app.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(answer.statusCode, 200)
}

type Shown = {
  metadata: { changes: Record<string, { old: Record<string, unknown>; new: Record<string, unknown> }> }
}

async function count(person: Person): Promise<number> {
  const { rows } = await app.pool.query<{ count: number }>(
    'select count(*) from activity_texts where user_id = $1',
    [person.userId],
  )
  return rows[0]?.count ?? 0
}

async function bytes(): Promise<number> {
  const { rows } = await app.pool.query<{ bytes: number }>(
    `select pg_total_relation_size('activity_texts') + (select sum(pg_total_relation_size(inhrelid))
       from pg_inherits where inhparent = 'activity_log'::regclass)::bigint as bytes`,
  )
  return rows[0]?.bytes ?? 0
}

test('answers show old and new texts whole, in pages and streams, and the log replays to the state', async () => {
  const person = await app.person({ role: 'tutor' })
  const bios = [text('a'), text('b'), 'short', text('a'), `"${'\\'.repeat(600)}\n'{x}" й`, '']
  for (const bio of bios) {
    await patch(person, {
      tutor_profile: { bio, headline: bio.slice(0, 20) },
      user: { last_name: `n${bio.length}` },
    })
  }
  const answer = await app.send('GET', '/api/me/activity/?action=profile.updated', { token: person.token })
  const shown = answer.json<Shown[]>().toReversed()
  assert.deepEqual(
    shown.map(({ metadata: { changes } }) => [
      changes['tutor_profile']?.old['bio'],
      changes['tutor_profile']?.new['bio'],
    ]),
    bios.map((bio, index) => [bios[index - 1] ?? '', bio]),
  )
  for (const accept of ['application/x-ndjson', 'text/csv']) {
    const { body } = await app.app.inject({
      url: '/api/me/activity/',
      headers: { authorization: `Bearer ${person.token}`, accept },
    })
    assert.equal(body.split(text('a')).length - 1, 4)
  }
  const document = (await app.send('GET', '/api/me/profile/', { token: person.token })).json<
    Record<string, unknown>
  >()
  assert.deepEqual(await replay(app.pool, person.userId), statePart(document))
})

test('each long text of an account is kept once', async () => {
  const person = await app.person({ role: 'tutor' })
  const [one, other] = [text('one'), text('other')]
  for (let n = 0; n < 6; n++) await patch(person, { tutor_profile: { bio: n % 2 ? one : other } })
  assert.equal(await count(person), 2)
  const { rows } = await app.pool.query<{ metadata: object }>(
    `select metadata from activity_log where user_id = $1 and action = 'profile.updated'`,
    [person.userId],
  )
  for (const { metadata } of rows) assert.ok(JSON.stringify(metadata).length < 300)
})

test('the first document of an old account keeps its long texts there, too', async (t) => {
  const own = await useTestApp({ env: { AUTH_SUBJECT_CLAIM: 'user_id' } }, t)
  const bio = text('old', 20_000)
  // In one transaction: a user and its profile need each other.
  await own.pool.query(`begin;
    insert into users (id, email, profile_type) values (900, 'old@example.com', 'tutor');
    insert into profiles (user_id, profile_type, fields) values (900, 'tutor', jsonb_build_object('bio', '${bio}'));
    insert into settings (user_id) values (900);
    commit`)
  const token = await own.token({ sub: '900', email: 'old@example.com' })
  await own.send('GET', '/api/me/profile/', { token })
  await own.send('PATCH', '/api/me/profile/', { token, body: { tutor_profile: { bio: '' } } })
  const { rows } = await own.pool.query('select text from activity_texts')
  assert.deepEqual(rows, [{ text: bio }])
  const entries = (await own.send('GET', '/api/me/activity/', { token })).json<Shown[]>()
  assert.equal(JSON.stringify(entries).split(bio).length - 1, 2)
  const document = (await own.send('GET', '/api/me/profile/', { token })).json<Record<string, unknown>>()
  assert.deepEqual(await replay(own.pool, 900), statePart(document))
})

test('an account that writes the longest texts anew each time adds no more than each of them once', async () => {
  const person = await app.person({ role: 'tutor' })
  const rounds = 40
  await patch(person, { tutor_profile: { bio: text('first') } })
  const before = await bytes()
  for (let n = 0; n < rounds; n++) await patch(person, { tutor_profile: { bio: text(`fresh ${n}`) } })
  const fresh = (await bytes()) - before
  for (let n = 0; n < rounds; n++) await patch(person, { tutor_profile: { bio: text(`fresh ${n % 2}`) } })
  const again = (await bytes()) - before - fresh
  assert.ok(fresh / rounds < 12_000, `${fresh / rounds}`)
  assert.ok(again / rounds < 2_000, `${again / rounds}`)
})

test('changes at once keep every text, once', async () => {
  const person = await app.person({ role: 'tutor' })
  const bios = Array.from({ length: 4 }, (_, n) => text(`parallel ${n}`, 600))
  await Promise.all(
    Array.from({ length: 24 }, (_, n) => patch(person, { tutor_profile: { bio: bios[n % 4] } })),
  )
  assert.equal(await count(person), 4)
  const document = (await app.send('GET', '/api/me/profile/', { token: person.token })).json<
    Record<string, unknown>
  >()
  assert.deepEqual(await replay(app.pool, person.userId), statePart(document))
})

test('what a service reports keeps its own texts, and waits for nobody', async () => {
  const person = await app.person()
  await app.pool.query(
    `insert into activity_log (id, user_id, actor_kind, actor_id, action, metadata)
     values (gen_random_uuid(), $1, 'service', 'old', 'profile.updated', jsonb_build_object('t', repeat('x', 2000)))`,
    [person.userId],
  )
  assert.equal(await count(person), 0)
})

test('retention drops the texts that no entry shows any more, and no other', async (t) => {
  const own = await useTestApp({}, t)
  const person = await own.person({ role: 'tutor' })
  const change = (bio: string) =>
    own.send('PATCH', '/api/me/profile/', { token: person.token, body: { tutor_profile: { bio } } })
  const [gone, kept] = [text('gone', 300), text('kept', 300)]
  await change(gone)
  await change('')
  await change(kept)
  const now = new Date()
  await ensurePartitions(own.pool, { now })
  const texts = async () =>
    (await own.pool.query<{ text: string }>('select text from activity_texts order by used_at')).rows.map(
      ({ text: one }) => one,
    )
  assert.deepEqual(await texts(), [gone, kept])
  // As if the first two had been made long ago.
  const before = new Date(now.getTime() - 100 * 86_400_000)
  await ensurePartitions(own.pool, { from: before, now })
  await own.pool.query(
    `update activity_log set timestamp = timestamp - interval '100 days'
     where action = 'system.profile.initialized' or activity_log_metadata(metadata, coalesce(long_texts, '[]'), user_id)::text like '%' || $1 || '%'`,
    [gone],
  )
  await own.pool.query(`update activity_texts set used_at = used_at - interval '100 days' where text = $1`, [
    gone,
  ])
  await dropExpired(own.pool, 30, now)
  assert.deepEqual(await texts(), [kept])
  const page = await own.send('GET', '/api/me/activity/', { token: person.token })
  assert.equal(page.json<Shown[]>().length, 1)
  assert.equal(page.json<Shown[]>()[0]?.metadata.changes['tutor_profile']?.new['bio'], kept)
})

test('a text that is used again stays, however old it is', async (t) => {
  const own = await useTestApp({}, t)
  const person = await own.person({ role: 'tutor' })
  const change = (bio: string) =>
    own.send('PATCH', '/api/me/profile/', { token: person.token, body: { tutor_profile: { bio } } })
  const bio = text('again', 300)
  await ensurePartitions(own.pool)
  await change(bio)
  await own.pool.query(`update activity_texts set used_at = used_at - interval '400 days'`)
  await change('')
  await dropExpired(own.pool, 30)
  const page = await own.send('GET', '/api/me/activity/?limit=1', { token: person.token })
  assert.equal(page.json<Shown[]>()[0]?.metadata.changes['tutor_profile']?.old['bio'], bio)
})
