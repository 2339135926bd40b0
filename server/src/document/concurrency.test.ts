import assert from 'node:assert/strict'
import { test } from 'node:test'
import { query, queryOne, sql } from '../database/database.ts'
import { replay, statePart } from './history.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'

const app = await useTestApp()

const documentOf = async (token: string) => (await app.send('GET', '/api/me/profile/', { token })).json()

function count(answers: Answer[], status: number): number {
  return answers.filter(({ statusCode }) => statusCode === status).length
}

test('200 patches at once of different fields all survive, each with its entry', async () => {
  const { token, userId } = await app.person({ role: 'tutor' })
  const fields = [
    (i: number) => ({ user: { first_name: `first ${i}` } }),
    (i: number) => ({ user: { last_name: `last ${i}` } }),
    (i: number) => ({ tutor_profile: { headline: `headline ${i}` } }),
    (i: number) => ({ tutor_profile: { bio: `bio ${i}` } }),
    (i: number) => ({ tutor_profile: { experience_years: i % 80 } }),
    (i: number) => ({ tutor_profile: { hourly_rate: { amount: String(i), currency: 'UAH' } } }),
    (i: number) => ({ settings: { timezone: i % 16 < 8 ? 'Europe/Kyiv' : 'UTC' } }),
    // Sent with what is read-only, so that it has to be read before it is written.
    (i: number) => ({ user: { id: userId }, tutor_profile: { languages: [`en-x-l${i}`] } }),
  ]
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      app.send('PATCH', '/api/me/profile/', { token, body: fields[i % 8]?.(i) }),
    ),
  )
  assert.equal(count(answers, 200), 200)
  const document = await documentOf(token)
  assert.match(document.user.first_name, /^first \d+$/)
  assert.match(document.user.last_name, /^last \d+$/)
  assert.match(document.tutor_profile.headline, /^headline \d+$/)
  assert.match(document.tutor_profile.bio, /^bio \d+$/)
  assert.match(document.tutor_profile.languages[0], /^en-x-l\d+$/)
  assert.deepEqual(await replay(app.pool, userId), statePart(document))

  // Every answer is the document as it was right after its own patch: no version was given out twice.
  const changed = answers
    .filter((answer, i) => i % 8 !== 4 && i % 8 !== 6)
    .map((answer) => answer.json().version)
  assert.equal(new Set(changed).size, changed.length)
  for (let i = 0; i < 200; i += 8) assert.equal(answers[i]?.json().user.first_name, `first ${i}`)
})

test('of many writers with the same If-Match one wins', async () => {
  const { token, userId } = await app.person({ role: 'tutor' })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      app.send('PATCH', i % 2 === 0 ? '/api/me/profile/' : '/api/me/settings/', {
        token,
        body: i % 2 === 0 ? { user: { first_name: `writer ${i}` } } : { timezone: `Etc/GMT+${i % 12}` },
        headers: { 'if-match': '"1"' },
      }),
    ),
  )
  assert.equal(count(answers, 200), 1)
  assert.equal(count(answers, 412), 19)
  assert.equal((await documentOf(token)).version, 2)
  assert.equal((await app.actions(userId)).length, 2)
})

test('whole documents sent back at once: those that are stale are told so, and none is half applied', async () => {
  const { token, userId } = await app.person({ role: 'tutor' })
  const document = await documentOf(token)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      app.send('PATCH', '/api/me/profile/', {
        token,
        body: {
          ...document,
          user: { ...document.user, first_name: `writer ${i}` },
          settings: { ...document.settings, timezone: `Etc/GMT-${i % 14}` },
        },
      }),
    ),
  )
  const [winner, ...others] = answers.filter(({ statusCode }) => statusCode === 200)
  assert.ok(winner)
  assert.equal(others.length, 0)
  for (const answer of answers) {
    if (answer === winner) continue
    assert.equal(answer.statusCode, 400)
    assert.ok(
      answer
        .json()
        .errors.some(
          ({ field, code }: Record<string, string>) => field === 'version' && code === 'read_only',
        ),
    )
  }
  assert.deepEqual(await documentOf(token), winner.json())
  assert.deepEqual(await replay(app.pool, userId), statePart(winner.json()))
})

test('the time of an entry is later than that of the one before, and is the time of the change', async () => {
  const { token, userId } = await app.person({ role: 'tutor' })
  await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      app.send('PATCH', '/api/me/profile/', { token, body: { user: { last_name: `n${i}` } } }),
    ),
  )
  const row = await queryOne<{ entries: number; times: number; last: string }>(
    app.pool,
    sql`select count(*)::int as entries, count(distinct timestamp)::int as times, max(timestamp) as last
      from activity_log where user_id = ${userId}`,
  )
  assert.equal(row?.entries, 61)
  assert.equal(row?.times, 61)
  assert.equal((await documentOf(token)).updated_at, row?.last)
})

test('an entry that cannot be written takes the change with it', async () => {
  const { token, userId } = await app.person({ role: 'tutor' })
  const before = await documentOf(token)
  await query(
    app.pool,
    sql`alter table activity_log add constraint refuse_all check (action <> 'profile.updated') not valid`,
  )
  try {
    for (const body of [
      { user: { first_name: 'X' } },
      { user: { id: userId, first_name: 'X' }, settings: { timezone: 'Europe/Kyiv' } },
    ]) {
      const answer = await app.send('PATCH', '/api/me/profile/', {
        token,
        body,
        headers: { 'accept-language': 'en' },
      })
      assert.equal(answer.statusCode, 500)
      assert.deepEqual(Object.keys(answer.json()).sort(), ['code', 'detail', 'status', 'title', 'type'])
      assert.doesNotMatch(answer.body, /refuse_all|activity_log/)
    }
  } finally {
    await query(app.pool, sql`alter table activity_log drop constraint refuse_all`)
  }
  assert.deepEqual(await documentOf(token), before)
  assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
})
