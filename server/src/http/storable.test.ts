import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'

const app = await useTestApp({ env: SIGN_IN_ENV })
const { token } = await app.person({ role: 'tutor' })
const alex = visitor(app)
await alex.signUp()
const session = await alex.signIn()
const service = await app.token({ scope: 'activity:write' })

const UNFIT = ['a\0b', '\0', '\ud800', 'x\udfffy']
const ENTRY = { id: 'f3ac6b7e-44b8-4b06-9c5a-0a3a56f1d0b7', user_id: 1, action: 'lesson.booked' }

describe('a text that the database cannot keep is the fault of its sender', () => {
  const bodies: [string, string, string | undefined, (text: string) => object][] = [
    ['PATCH', '/api/me/profile/', token, (text) => ({ user: { first_name: text } })],
    ['PATCH', '/api/me/profile/', token, (text) => ({ tutor_profile: { bio: text, subjects: [text] } })],
    ['PATCH', '/api/me/profile/', token, (text) => ({ [text]: { [text]: text } })],
    ['PATCH', '/api/me/settings/', token, (text) => ({ timezone: text, ui_language: text })],
    ['POST', '/api/activity/', service, (text) => [{ ...ENTRY, action: text }]],
    ['POST', '/api/activity/', service, (text) => [{ ...ENTRY, entity_id: text, entity_type: text }]],
    ['POST', '/api/activity/', service, (text) => [{ ...ENTRY, metadata: { a: [{ [text]: text }] } }]],
    [
      'POST',
      '/api/auth/reset-password',
      undefined,
      (text) => ({ token: text, newPassword: 'battery staple' }),
    ],
    [
      'POST',
      '/api/auth/sign-in/email',
      undefined,
      (text) => ({ email: `a${text}@b.example`, password: 'x' }),
    ],
    ['POST', '/api/auth/sign-in/email', undefined, (text) => ({ email: alex.email, password: text })],
    [
      'POST',
      '/api/auth/sign-in/email',
      undefined,
      (text) => ({ email: alex.email, password: 'x', verificationToken: text, callbackURL: text }),
    ],
    ['POST', '/api/auth/revoke-session', session, (text) => ({ token: text })],
    [
      'POST',
      '/api/auth/request-password-reset',
      undefined,
      (text) => ({ email: alex.email, redirectTo: text }),
    ],
    [
      'POST',
      '/api/auth/sign-up/email',
      undefined,
      (text) => ({ name: text, email: 'n@example.com', password: `${text}0123456789`, role: text }),
    ],
  ]
  for (const [method, url, bearer, bodyOf] of bodies) {
    test(`${method} ${url} ${JSON.stringify(bodyOf('…'))}`, async () => {
      for (const text of UNFIT) {
        const answer = await app.send(method as 'PATCH', url, {
          ...(bearer !== undefined && { token: bearer }),
          body: bodyOf(text),
          headers: { 'x-forwarded-for': '198.51.100.7' },
        })
        assert.ok([400, 403, 429].includes(answer.statusCode), `${answer.statusCode} ${answer.body}`)
      }
    })
  }

  const addresses = [
    '/api/auth/reset-password/%00?callbackURL=/',
    '/api/auth/reset-password/a%00b?callbackURL=/',
    '/api/auth/verify-email?token=%00',
    '/api/auth/verify-email?token=x&callbackURL=%00',
    '/api/me/activity/?action=%00',
    '/api/me/activity/?cursor=%00',
    '/api/me/activity/?from=%00&to=%00',
    '/api/me/activity/?%00=%00',
    '/api/me/activity/summary/?from=%00',
    '/api/profiles/%00/',
    '/api/profiles/1%00/',
    '/media/%00',
    '/media/avatars/2026/01/user1-a%00-512.webp',
    '/api/subjects/?%00',
    '/%00',
    '/assets/%00.js',
  ]
  for (const url of addresses) {
    test(`GET ${url}`, async () => {
      const answer = await app.send('GET', url, { token, headers: { 'x-forwarded-for': '198.51.100.8' } })
      assert.ok([400, 404].includes(answer.statusCode), `${answer.statusCode} ${answer.body}`)
    })
  }

  test('in headers and cookies', async () => {
    const headers: Record<string, string>[] = [
      { authorization: 'Bearer a%00b' },
      { authorization: 'Bearer %00' },
      { cookie: 'upm.session_token=a%00b' },
      { cookie: 'upm.session_token=a%00b.c%00d; upm.email_link=%00' },
      { 'user-agent': '%00', 'x-request-id': '%00', 'accept-language': '%00' },
      { 'if-match': '"%00"', 'if-none-match': '"%00"' },
    ]
    for (const sent of headers) {
      for (const url of ['/get-session', '/token', '/list-sessions']) {
        const answer = await app.send('GET', `/api/auth${url}`, {
          headers: { 'x-forwarded-for': '198.51.100.9', ...sent },
        })
        assert.ok(answer.statusCode < 500, `${url} ${JSON.stringify(sent)} ${answer.body}`)
      }
    }
  })

  test('in the claims of a token', async () => {
    for (const text of UNFIT) {
      for (const claim of ['sub', 'email', 'given_name', 'family_name', 'role']) {
        const bearer = await app.token({ [claim]: text })
        const answer = await app.send('GET', '/api/me/profile/', { token: bearer })
        assert.ok([400, 403].includes(answer.statusCode), `${claim} ${answer.statusCode} ${answer.body}`)
      }
    }
    // What UPM does not read may hold anything.
    const bearer = await app.token({ nickname: '\0' })
    assert.equal((await app.send('GET', '/api/me/profile/', { token: bearer })).statusCode, 200)
  })
})
