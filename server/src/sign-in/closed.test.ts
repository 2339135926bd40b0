import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, sql } from '../database/database.ts'

test('with AUTH_SIGN_UP=off nobody signs up, whatever they send, and whoever has an account signs in', async (t) => {
  const open = await useTestApp({ env: SIGN_IN_ENV }, t)
  const member = visitor(open)
  await member.enter()
  const { pool, drop: _drop } = { pool: open.pool, drop: undefined }
  const closed = await useTestApp(
    {
      env: { ...SIGN_IN_ENV, AUTH_SIGN_UP: 'off' },
      database: { pool, connection: '', drop: async () => {} },
    },
    t,
  )
  for (const fields of [{}, { email: 'nonsense' }, { invitation: 'x' }, { email: member.email }]) {
    const answer = await visitor(closed).signUp(fields, { headers: { 'accept-language': 'en' } })
    assert.equal(answer.statusCode, 403)
    assert.deepEqual(answer.json(), {
      type: 'urn:upm:problem:sign_up_closed',
      title: 'Sign-up is closed',
      status: 403,
      detail: 'If you have an account, sign in. If you need one, ask the administrator of this site.',
      code: 'sign_up_closed',
      message: 'If you have an account, sign in. If you need one, ask the administrator of this site.',
    })
  }
  assert.equal((await query(pool, sql`select from auth."user"`)).length, 1)
  await visitor(closed, member.email).signIn()
})
