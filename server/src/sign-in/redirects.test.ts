import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'

const PUBLIC_URL = 'https://upm.example'
const APP = 'https://app.example'

const mailbox = await openMailbox()
const app = await useTestApp({
  env: { ...SIGN_IN_ENV, PUBLIC_URL, CORS_ORIGINS: APP, SMTP_URL: mailbox.smtpUrl },
})

describe('a link leads nowhere but to this server and the origins that it trusts:', () => {
  for (const address of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/%2f/evil.example',
    '/%5cevil.example',
    `${APP}.evil.example`,
    `${APP}@evil.example`,
    `${APP}:8443`,
    'http://app.example',
    'http:evil.example',
    'https:///evil.example',
    'evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    `blob:${APP}/x`,
    `${APP}\\@evil.example`,
    '/вітаю',
  ]) {
    test(`not to ${JSON.stringify(address)}`, async () => {
      const person = visitor(app)
      const { email } = person
      const query = `callbackURL=${encodeURIComponent(address)}`
      for (const answer of [
        await person.signUp({ callbackURL: address }),
        await person.post('/sign-in/email', { email, password: PASSWORD, callbackURL: address }),
        await person.post('/send-verification-email', { email, callbackURL: address }),
        await person.post('/request-password-reset', { email, redirectTo: address }),
        await person.get(`/verify-email?token=x&${query}`),
        await person.get(`/reset-password/x?${query}`),
      ]) {
        // What is no address at all is not even looked at.
        assert.ok([400, 403].includes(answer.statusCode), answer.body)
        assert.match(answer.body, /"field":"(callbackURL|redirectTo)"/)
        assert.equal(answer.headers['location'], undefined)
      }
    })
  }

  for (const [address, location] of [
    ['/welcome?from=//evil.example', '/welcome?from=//evil.example&error=INVALID_TOKEN'],
    [APP, `${APP}/?error=INVALID_TOKEN`],
    [PUBLIC_URL, `${PUBLIC_URL}/?error=INVALID_TOKEN`],
    ['/%D0%B2%D1%96%D1%82%D0%B0%D1%8E', '/%D0%B2%D1%96%D1%82%D0%B0%D1%8E?error=INVALID_TOKEN'],
  ] as const) {
    test(`but to ${address}`, async () => {
      const answer = await visitor(app).get(
        `/verify-email?token=x&callbackURL=${encodeURIComponent(address)}`,
      )
      assert.equal(answer.headers['location'], location)
    })
  }
})

describe('the Host header', () => {
  test('is in no mail', async () => {
    const person = visitor(app)
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    for (const send of [
      () => person.signUp({}, { headers }),
      () => person.post('/sign-in/email', { email: person.email, password: PASSWORD }, { headers }),
      () => person.post('/send-verification-email', { email: person.email }, { headers }),
      () => person.post('/request-password-reset', { email: person.email }, { headers }),
    ]) {
      const { url, source } = await mailbox.mailOf(send)
      assert.equal(url.origin, PUBLIC_URL)
      assert.doesNotMatch(source, /evil/)
    }
  })

  test('is the origin that cookies are taken from where no other is known, if it can be one', async (t) => {
    const { send } = await useTestApp({ env: SIGN_IN_ENV }, t)
    const person = visitor({ send })
    const signIn = async (headers: Record<string, string>) => {
      const body = { email: person.email, password: PASSWORD }
      return (await person.post('/sign-in/email', body, { headers })).statusCode
    }
    await person.signUp()
    const origin = 'http://upm.local:3000'
    assert.equal(await signIn({ origin, host: 'upm.local:3000' }), 200)
    assert.equal(await signIn({ origin, host: 'upm.local:3000', 'x-forwarded-host': 'evil.example' }), 200)
    assert.equal(await signIn({ origin, host: 'upm.local' }), 403)
    assert.equal(await signIn({ origin, host: 'evil.example', 'x-forwarded-host': 'upm.local:3000' }), 403)
    for (const host of [
      'a b',
      'a@evil.example',
      'evil.example/x',
      'evil.example#x',
      'x:99999',
      '[::1',
      '%00',
    ]) {
      assert.equal(await signIn({ host }), 400, host)
    }
  })
})
