import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { queryOne, sql } from '../database/database.ts'

const PUBLIC_URL = 'https://upm.example'
const APP = 'https://app.example'
const OTHER_PASSWORD = 'the password of a stranger'

const mailbox = await openMailbox()
const app = await useTestApp({
  env: { ...SIGN_IN_ENV, PUBLIC_URL, CORS_ORIGINS: APP, SMTP_URL: mailbox.smtpUrl },
})

const open = (who: Visitor, { pathname, search }: URL) => who.get(pathname.replace('/api/auth', '') + search)

const personOf = (email: string) =>
  queryOne<{ id: string; name: string; role: string; emailVerified: boolean }>(
    app.pool,
    sql`select "id", "name", "role", "emailVerified" from auth."user" where "email" = ${email}`,
  )

/** Signs in, with a link or without, and says what came of it. */
async function attempt(who: Visitor, password: string, link?: URL): Promise<string> {
  const verificationToken = link?.searchParams.get('token')
  const body = { email: who.email, password, ...(link && { verificationToken }) }
  const answer = await who.post('/sign-in/email', body)
  return answer.statusCode === 200 ? 'in' : answer.json<{ code: string }>().code
}

/** The same person, at another address. */
const strangerAt = ({ email }: Visitor) => visitor(app, email)

describe('an e-mail is confirmed', () => {
  test('by the link and the password together: neither does it alone', async () => {
    const person = visitor(app)
    const { url } = await mailbox.mailOf(() => person.signUp())
    for (let i = 0; i < 2; i++) assert.equal((await open(person, url)).statusCode, 302)
    assert.equal((await personOf(person.email))?.emailVerified, false)
    assert.equal(await attempt(person, OTHER_PASSWORD, url), 'INVALID_EMAIL_OR_PASSWORD')
    assert.equal((await personOf(person.email))?.emailVerified, false)
    await mailbox.mailOf(async () => assert.equal(await attempt(person, PASSWORD), 'EMAIL_NOT_VERIFIED'))
    assert.equal(await attempt(person, PASSWORD, url), 'in')
    assert.equal((await personOf(person.email))?.emailVerified, true)
    assert.equal(await attempt(person, PASSWORD), 'in')
    const { id } = (
      await app.send('GET', '/api/me/profile/', { token: await person.token(await person.signIn()) })
    ).json<{ user: { id: number } }>().user
    assert.deepEqual(await app.actions(id), [
      'system.profile.initialized',
      'system.login',
      'system.login',
      'system.login',
    ])
  })

  test('in the browser that has opened the link, by signing in as usual', async () => {
    const person = visitor(app)
    const { url } = await mailbox.mailOf(() => person.signUp({ callbackURL: '/welcome' }))
    const landing = await open(person, url)
    assert.equal(landing.headers['location'], '/welcome', 'without the secret')
    const [pair = '', ...attributes] = String(landing.headers['set-cookie']).split('; ')
    assert.match(pair, /^__Host-upm\.email_link=/)
    assert.deepEqual(attributes, ['Max-Age=3600', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'])
    await person.signIn({ headers: { cookie: pair, origin: PUBLIC_URL } })
  })

  test('from a page of another origin, which gets the token in its address', async () => {
    const person = visitor(app)
    const { url } = await mailbox.mailOf(() => person.signUp({ callbackURL: `${APP}/welcome?to=profile` }))
    const landing = await open(person, url)
    assert.equal(landing.headers['set-cookie'], undefined)
    const page = new URL(String(landing.headers['location']))
    assert.equal(page.origin + page.pathname, `${APP}/welcome`)
    assert.equal(page.searchParams.get('to'), 'profile')
    assert.equal(await attempt(person, PASSWORD, page), 'in')
  })

  test('not by the link of another account, nor by one that nobody has made', async () => {
    const [person, other] = [visitor(app), visitor(app)]
    await mailbox.mailOf(() => person.signUp())
    const { url } = await mailbox.mailOf(() => other.signUp())
    for (const link of [url, new URL('https://upm.example/?token=nonsense')]) {
      const again = await mailbox.mailOf(async () =>
        assert.equal(await attempt(person, PASSWORD, link), 'EMAIL_NOT_VERIFIED'),
      )
      assert.deepEqual(again.to, [person.email], 'a link that works is on its way')
    }
    for (const { email } of [person, other]) assert.equal((await personOf(email))?.emailVerified, false)
  })

  test('by a password that was chosen with a link', async () => {
    const person = visitor(app)
    await mailbox.mailOf(() => person.signUp({ password: OTHER_PASSWORD }))
    const { url } = await mailbox.mailOf(() =>
      person.post('/request-password-reset', { email: person.email }),
    )
    const landing = new URL(String((await open(person, url)).headers['location']))
    const body = { token: landing.searchParams.get('token'), newPassword: PASSWORD }
    assert.equal((await person.post('/reset-password', body)).statusCode, 200)
    assert.equal(await attempt(person, PASSWORD), 'in')
  })
})

describe('whoever signs up with somebody else’s e-mail', () => {
  test('does not get in when the owner, or their mail program, opens the link', async () => {
    const owner = visitor(app)
    const stranger = strangerAt(owner)
    const mail = await mailbox.mailOf(() =>
      stranger.signUp({ name: 'Win! https://evil.example', password: OTHER_PASSWORD }),
    )
    assert.doesNotMatch(mail.plain, /evil/)
    await open(owner, mail.url)
    await mailbox.mailOf(async () =>
      assert.equal(await attempt(stranger, OTHER_PASSWORD), 'EMAIL_NOT_VERIFIED'),
    )
  })

  test('loses it to the owner, who signs up later: password, name, role and links are the owner’s', async () => {
    const owner = visitor(app)
    const stranger = strangerAt(owner)
    const first = await mailbox.mailOf(() =>
      stranger.signUp({ name: 'Impostor', role: 'student', password: OTHER_PASSWORD }),
    )
    // The links of one second are the same.
    await sleep(1_000 - (Date.now() % 1_000))
    const second = await mailbox.mailOf(() => owner.signUp())
    const { id, ...person } = (await personOf(owner.email)) ?? {}
    assert.deepEqual(person, { name: 'Alex Koval', role: 'tutor', emailVerified: false })
    assert.equal(await attempt(stranger, OTHER_PASSWORD, second.url), 'INVALID_EMAIL_OR_PASSWORD')
    const old = await open(owner, first.url)
    assert.equal(old.headers['location'], '/?error=INVALID_TOKEN')
    await mailbox.mailOf(async () =>
      assert.equal(await attempt(owner, PASSWORD, first.url), 'EMAIL_NOT_VERIFIED'),
    )
    assert.equal(await attempt(owner, PASSWORD, second.url), 'in')
    assert.equal((await personOf(owner.email))?.id, id)
  })

  test('cannot take it back from the owner who has signed up, not even with the owner’s link', async () => {
    const owner = visitor(app)
    const stranger = strangerAt(owner)
    const mine = await mailbox.mailOf(() => owner.signUp())
    const theirs = await mailbox.mailOf(() => stranger.signUp({ password: OTHER_PASSWORD }))
    for (const { url } of [mine, theirs]) {
      await open(owner, url)
      assert.equal(await attempt(owner, PASSWORD, url), 'INVALID_EMAIL_OR_PASSWORD')
    }
    await mailbox.mailOf(async () =>
      assert.equal(await attempt(stranger, OTHER_PASSWORD), 'EMAIL_NOT_VERIFIED'),
    )
    // And the owner once more.
    const { url } = await mailbox.mailOf(() => owner.signUp())
    assert.equal(await attempt(owner, PASSWORD, url), 'in')
  })

  test('changes nothing of an account that is confirmed', async () => {
    const owner = visitor(app)
    await owner.confirm((await mailbox.mailOf(() => owner.signUp())).url)
    const before = await personOf(owner.email)
    const told = await mailbox.mailOf(() =>
      strangerAt(owner).signUp({ name: 'Impostor', role: 'student', password: OTHER_PASSWORD }),
    )
    assert.equal(told.url.href, `${PUBLIC_URL}/`)
    assert.deepEqual(await personOf(owner.email), before)
    await owner.signIn()
  })

  test('changes nothing of an account that was used before there was a mail server', async () => {
    const owner = visitor(app)
    const session = await owner.confirm((await mailbox.mailOf(() => owner.signUp())).url)
    await app.pool.query(`update auth."user" set "emailVerified" = false where "email" = $1`, [owner.email])
    const before = await personOf(owner.email)
    await mailbox.mailOf(() => strangerAt(owner).signUp({ role: 'student', password: OTHER_PASSWORD }))
    assert.deepEqual(await personOf(owner.email), before)
    assert.equal((await owner.get('/token', { token: session })).statusCode, 200)
  })

  test('changes nothing when the sign-up is refused', async () => {
    const owner = visitor(app)
    await mailbox.mailOf(() => owner.signUp())
    const before = await personOf(owner.email)
    const refused = await strangerAt(owner).signUp({ callbackURL: 'https://evil.example/' })
    assert.equal(refused.statusCode, 403)
    assert.deepEqual(await personOf(owner.email), before)
  })
})

test('an owner who never signed up is told what happened when, and what to do', async () => {
  const sentAt = async (language: string) => {
    const person = visitor(app)
    const mail = await mailbox.mailOf(() =>
      person.post(
        '/sign-up/email',
        { name: 'X', email: person.email, password: PASSWORD },
        { headers: { 'accept-language': language } },
      ),
    )
    const year = new Date().getUTCFullYear()
    assert.match(mail.plain, new RegExp(` ${year}.* \\d\\d?:\\d\\d.* UTC`))
    return mail.plain
  }
  assert.match(
    await sentAt('en'),
    /^Somebody, hopefully you, created an account for this address on [^]*If it was not you, do nothing/,
  )
  assert.match(
    await sentAt('uk'),
    /створили обліковий запис для цієї адреси[^]*Якщо це були не ви, нічого не робіть/,
  )
})

test('a link and a sign-up of a stranger at the same time never confirm the stranger’s password', async () => {
  // Its mails arrive whenever they do: no other test follows.
  for (let round = 0; round < 3; round++) {
    const owner = visitor(app)
    const { url } = await mailbox.mailOf(() => owner.signUp())
    const stranger = strangerAt(owner)
    const [came] = await Promise.all([
      attempt(owner, PASSWORD, url),
      ...Array.from({ length: 3 }, () => stranger.signUp({ password: OTHER_PASSWORD })),
    ])
    const isConfirmed = (await personOf(owner.email))?.emailVerified
    assert.equal(isConfirmed, came === 'in')
    if (isConfirmed) assert.equal(await attempt(stranger, OTHER_PASSWORD), 'INVALID_EMAIL_OR_PASSWORD')
  }
})
