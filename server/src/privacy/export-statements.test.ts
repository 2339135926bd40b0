/** What the data map says about exports, on two people with data in every table. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uploadPicture } from '../../test/publish.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, type Sql } from '../database/database.ts'
import { allPersonalData } from '../features.ts'
import { findPerson, type Person } from '../personal-data.ts'

test('each statement of the export gives what is of the person, as JSON, and nothing of anybody else', async () => {
  const app = await useTestApp({ env: SIGN_IN_ENV })
  const people: Person[] = []
  for (const name of ['olena', 'petro']) {
    const token = await visitor(app, `${name}@example.com`).enter()
    const answer = await app.send('PATCH', '/api/me/profile/', {
      token,
      body: { user: { first_name: name }, tutor_profile: { bio: `${name} `.repeat(200) } },
    })
    assert.equal(answer.statusCode, 200, answer.body)
    await uploadPicture(app, { token })
    const person = await findPerson(app.pool, answer.json<{ user: { id: number } }>().user.id)
    assert.ok(person)
    people.push(person)
  }
  const [olena, petro] = people
  assert.ok(olena && petro)
  assert.equal(olena.subjects.length, 1)
  const told = new Set<string>()
  for (const { store, export: exported } of allPersonalData()) {
    if ('leftOut' in exported) continue
    const statement: Sql = 'select' in exported ? exported.select(olena) : exported.files(olena)
    const rows = (await query<object>(app.pool, statement)).map((row) => Object.values(row))
    const text = JSON.stringify(rows)
    if (rows.length > 0) told.add(store)
    assert.doesNotMatch(text, /petro/, store)
    assert.doesNotMatch(text, new RegExp(`"${petro.subjects[0]}"|user${petro.userId}-`), store)
    if ('select' in exported) {
      for (const cells of rows) {
        assert.equal(cells.length, 1, store)
        const value: unknown = typeof cells[0] === 'string' ? JSON.parse(cells[0]) : cells[0]
        assert.equal(typeof value, 'object', store)
      }
    }
  }
  const expected =
    'auth.session auth.user files:avatars/ upm.activity_log upm.identities upm.media upm.profiles upm.settings upm.users'
  assert.deepEqual([...told].sort().join(' '), expected)
  const log = allPersonalData().find(({ store }) => store === 'upm.activity_log')
  assert.ok(log && 'select' in log.export)
  const entries = await query<{ entry: string }>(app.pool, log.export.select(olena))
  assert.match(JSON.stringify(entries), /olena olena olena/, 'long texts are in the entries')
})
