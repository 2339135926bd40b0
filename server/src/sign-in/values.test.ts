import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'

const app = await useTestApp({ env: SIGN_IN_ENV })

/** The faults that a sign-up is refused for. */
async function faultsOf(fields: object): Promise<string[]> {
  const answer = await visitor(app).signUp(fields)
  const errors = (answer.json().errors ?? []) as { field: string; code: string }[]
  return errors.map(({ field, code }) => `${field} ${code}`)
}

test('a role of the wrong type is that, and not an unknown one', async () => {
  assert.deepEqual(await faultsOf({ role: null }), ['role not_nullable'])
  for (const role of [5, true, ['tutor'], {}]) {
    assert.deepEqual(await faultsOf({ role }), ['role invalid_type'])
  }
  for (const role of ['', 'TUTOR', 'admin'])
    assert.deepEqual(await faultsOf({ role }), ['role unknown_value'])
})

test('a name that breaks a line or turns what follows it cannot be signed up with', async () => {
  for (const character of '\u2028\u2029\u202a\u202b\u202c\u202d\u202e') {
    assert.deepEqual(await faultsOf({ name: `Olena ${character}Koval` }), ['name invalid_format'])
  }
})

test('a part of a name in which there is nothing to see is empty', async () => {
  const names: [name: string, first: string, last: string][] = [
    ['Olena \u200b', 'Olena', ''],
    ['\u3164 Koval', '', 'Koval'],
    ['\u200b\u2060', '', ''],
    ['Оле\u200dна Коваль', 'Оле\u200dна', 'Коваль'],
  ]
  for (const [name, first, last] of names) {
    const token = await visitor(app).enter({ name })
    const document = (await app.send('GET', '/api/me/profile/', { token })).json()
    assert.deepEqual([document.user.first_name, document.user.last_name], [first, last])
  }
})
