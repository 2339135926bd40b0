import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'

const app = await useTestApp()

const PROFILE = '/api/me/profile/'
const SETTINGS = '/api/me/settings/'

async function read({ token }: Person, url: string) {
  const answer = await app.send('GET', url, { token })
  return { body: answer.json<Record<string, unknown>>(), tag: String(answer.headers['etag']) }
}

function patch({ token }: Person, url: string, body: unknown, tag?: string) {
  const headers = { 'content-type': 'application/json', ...(tag !== undefined && { 'if-match': tag }) }
  return app.send('PATCH', url, { token, body, headers })
}

/** Somebody else's change, so that what was read before it is stale. */
async function interfere(person: Person): Promise<void> {
  const answer = await patch(person, PROFILE, {
    user: { first_name: 'Olha' },
    settings: { timezone: 'Europe/Prague' },
  })
  assert.equal(answer.statusCode, 200, answer.body)
}

describe('a stale If-Match is 412 before anything is said of the body:', () => {
  const bodies: [name: string, url: string, body: (old: Record<string, unknown>) => unknown][] = [
    ['the whole old document', PROFILE, (old) => old],
    ['the whole old document with a change in it', PROFILE, (old) => ({ ...old, user: { last_name: 'K' } })],
    ['a read-only field', PROFILE, () => ({ user: { email: 'other@example.com' } })],
    ['an unknown section', PROFILE, () => ({ users: {} })],
    ['a section that the account does not hold', PROFILE, () => ({ student_profile: { grade: '9' } })],
    ['a field of the wrong type', PROFILE, () => ({ tutor_profile: { headline: 7 } })],
    ['a text that is far too long', PROFILE, () => ({ tutor_profile: { headline: 'x'.repeat(100_000) } })],
    [
      'a list that is far too long',
      PROFILE,
      () => ({ tutor_profile: { subjects: Array(10_000).fill('x') } }),
    ],
    ['half a rate', PROFILE, () => ({ tutor_profile: { hourly_rate: { amount: '1' } } })],
    ['a list', PROFILE, () => []],
    ['null', PROFILE, () => 'null'],
    ['no JSON', PROFILE, () => '{"user":'],
    ['nothing', PROFILE, () => ''],
    ['the whole old settings', SETTINGS, (old) => old],
    ['an unknown setting', SETTINGS, () => ({ theme: 'dark' })],
    ['a zone that does not exist', SETTINGS, () => ({ timezone: 'Mars/Olympus' })],
    ['a text instead of settings', SETTINGS, () => '"x"'],
    ['no JSON instead of settings', SETTINGS, () => '{'],
  ]
  for (const [name, url, body] of bodies) {
    test(`${name} (${url})`, async () => {
      const person = await app.person({ role: 'tutor' })
      const old = await read(person, url)
      await interfere(person)
      const before = await read(person, PROFILE)
      const answer = await patch(person, url, body(old.body), old.tag)
      assert.equal(answer.statusCode, 412, answer.body)
      assert.equal(answer.json().code, 'precondition_failed')
      assert.equal(answer.json().errors, undefined)
      assert.deepEqual(await read(person, PROFILE), before)
      assert.equal((await app.actions(person.userId)).length, 3)
    })
  }
})

test('a fresh If-Match, or none, lets the body be judged as ever', async () => {
  const person = await app.person({ role: 'tutor' })
  const { tag } = await read(person, PROFILE)
  for (const fresh of [tag, '*', undefined]) {
    for (const url of [PROFILE, SETTINGS]) {
      const faulty = await patch(person, url, { nothing: 1 }, fresh)
      assert.deepEqual([faulty.statusCode, faulty.json().code], [400, 'validation_failed'])
      const broken = await patch(person, url, '{', fresh)
      assert.deepEqual([broken.statusCode, broken.json().code], [400, 'invalid_json'])
    }
  }
  assert.equal((await patch(person, PROFILE, { user: { last_name: 'Koval' } }, tag)).statusCode, 200)
})

test('without a token a body that is no JSON is 401, whatever If-Match says', async () => {
  const answer = await app.send('PATCH', PROFILE, {
    body: '{',
    headers: { 'content-type': 'application/json', 'if-match': '"7"' },
  })
  assert.equal(answer.statusCode, 401)
})

test('a version is compared where the row is written: of many patches for one version one is kept', async () => {
  const person = await app.person({ role: 'tutor' })
  const { tag, body } = await read(person, PROFILE)
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      // Every other one can only be judged next to the stored document.
      patch(person, PROFILE, { ...(i % 2 === 0 && body), user: { first_name: `Name ${i}` } }, tag),
    ),
  )
  const statuses = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)
  assert.deepEqual(statuses, [200, ...Array(11).fill(412)])
  assert.equal((await read(person, PROFILE)).tag, '"2"')
  assert.equal((await app.actions(person.userId)).length, 2)
})

test('an ordinary patch with If-Match is one statement', async () => {
  const person = await app.person({ role: 'tutor' })
  const { tag } = await read(person, PROFILE)
  let statements = 0
  const count = () => (statements += 1)
  app.pool.driver.on('acquire', count)
  const answer = await patch(person, PROFILE, { user: { first_name: 'Olena' } }, tag)
  app.pool.driver.off('acquire', count)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(statements, 1)
  assert.deepEqual(await query(app.pool, sql`select first_name from users where id = ${person.userId}`), [
    { first_name: 'Olena' },
  ])
})
