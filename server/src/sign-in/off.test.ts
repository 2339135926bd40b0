import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'

const loaded: string[] = []
registerHooks({
  load: (url, context, next) => {
    loaded.push(url)
    return next(url, context)
  },
})
const isOfSignIn = (url: string) => /\/(?:better-auth|@better-auth|better-call|kysely|nodemailer)\//.test(url)

test('left out, the sign-in is not found, and nothing of it is loaded', async (t) => {
  const app = await useTestApp({ env: { ...SIGN_IN_ENV, AUTH_BUILT_IN: 'off' } }, t)
  for (const path of ['/sign-up/email', '/sign-in/email', '/sign-out', '/nothing']) {
    const answer = await visitor(app).post(path, {})
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.json().code, 'not_found')
  }
  assert.equal((await app.send('GET', '/api/auth/jwks')).statusCode, 404)
  const document = (await app.send('GET', '/api/schema/')).body
  assert.doesNotMatch(document, /"sign-in"|SignIn|api\/auth|session_token/)
  await app.person()
  assert.ok(loaded.length > 0, 'the hook sees what is loaded')
  assert.deepEqual(loaded.filter(isOfSignIn), [])
  await useTestApp({ env: SIGN_IN_ENV }, t)
  assert.ok(loaded.some(isOfSignIn), 'and would have seen this')
  assert.deepEqual(
    loaded.filter((url) => url.includes('/nodemailer/')),
    [],
    'a mailer is only for those who have a mail server',
  )
})
