import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { SignJWT, type JWTPayload } from 'jose'
import { pino } from 'pino'
import { statements } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'

const lines: { msg: string; level: number }[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
const ROLES = 'tutor,student,administrator=student'
const app = await useTestApp({ env: { ROLES }, log })

let people = 0
const now = () => Math.floor(Date.now() / 1000)

/** Somebody with an issuer: each token is a second younger than the one before, or as old as `iat` says. */
function somebody(on: TestApp = app, sub = `followed-${(people += 1)}`) {
  let issued = now() - 1000
  const token = (claims: JWTPayload) =>
    new SignJWT({ sub, email: `${sub}@example.com`, iat: (issued += 1), exp: now() + 3600, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(createSecretKey(Buffer.from(on.config.auth.jwtSecret ?? '')))
  const visit = async (claims: JWTPayload = {}) => {
    const bearer = await token(claims)
    const answer = await on.send('GET', '/api/me/profile/', { token: bearer })
    assert.equal(answer.statusCode, 200, answer.body)
    return { document: answer.json(), token: bearer }
  }
  return { sub, visit, next: () => issued + 1 }
}

async function assertReplays(document: { user: { id: number } }, on: TestApp = app): Promise<void> {
  assert.deepEqual(await replay(on.pool, document.user.id), statePart({ ...document }))
}

async function newest(token: string, action: string) {
  const answer = await app.send('GET', `/api/me/activity/?action=${action}&limit=1`, { token })
  return answer.json()[0]
}

test('a later token brings a new name, a proven e-mail and a role, as one change of the issuer', async () => {
  const { sub, visit } = somebody()
  await visit({ given_name: 'Maria', family_name: 'Bondar', role: 'student' })
  const changed = {
    given_name: 'Mariia',
    family_name: 'Koval',
    role: 'tutor',
    is_self_learning: true,
    email: `${sub}@new.example`,
    email_verified: true,
  }
  const { document, token } = await visit(changed)
  assert.deepEqual(document.user, {
    id: document.user.id,
    email: `${sub}@new.example`,
    first_name: 'Mariia',
    last_name: 'Koval',
    role: 'tutor',
    is_self_learning: true,
  })
  assert.equal(document.profile_type, 'tutor', 'the type of the new role is active')
  assert.notEqual(document.student_profile, null, 'the old profile is kept')
  assert.notEqual(document.tutor_profile, null)
  await assertReplays(document)

  const entry = await newest(token, 'profile.updated')
  assert.deepEqual(entry.actor.kind, 'issuer')
  assert.deepEqual(entry.metadata.changed.toSorted(), [
    'email',
    'first_name',
    'is_self_learning',
    'last_name',
    'role',
  ])
  assert.equal(entry.metadata.changes.user.old.first_name, 'Maria')
  const { version } = document
  assert.equal((await visit(changed)).document.version, version, 'what is so already changes nothing')
})

test('an older token, or one of the same second, is not heard', async () => {
  const { visit, next } = somebody()
  await visit({ given_name: 'One' })
  const iat = next() + 100
  // The same as before, but later: what was said in between is old.
  await visit({ given_name: 'One', iat })
  assert.equal((await visit({ given_name: 'Two', iat: iat - 50 })).document.user.first_name, 'One')
  assert.equal((await visit({ given_name: 'Two', iat })).document.user.first_name, 'One')
  assert.equal((await visit({ given_name: 'Two', iat: iat + 1 })).document.user.first_name, 'Two')
})

test('a name that the person has edited stays, and the other one follows', async () => {
  const { visit } = somebody()
  const { token } = await visit({ given_name: 'Maria', family_name: 'Bondar' })
  const edited = await app.send('PATCH', '/api/me/profile/', {
    token,
    body: { user: { first_name: 'Marichka' } },
  })
  assert.equal(edited.statusCode, 200)
  const { document } = await visit({ given_name: 'Mary', family_name: 'Koval' })
  assert.deepEqual([document.user.first_name, document.user.last_name], ['Marichka', 'Koval'])
  await assertReplays(document)
})

test('what a token does not say, or says wrong, changes nothing and refuses nobody', async () => {
  const { visit } = somebody()
  const { document: before } = await visit({
    given_name: 'Maria',
    family_name: 'Bondar',
    role: 'tutor',
    is_self_learning: true,
  })
  for (const claims of [
    {},
    { given_name: '', family_name: '' },
    { given_name: null, family_name: 7, is_self_learning: 'yes', role: null },
    { given_name: 'x'.repeat(151), role: 'wizard' },
    { given_name: 'a\u0000b', role: ['wizard', 7] },
    { email: 'other@example.com' },
    { email: 'other@example.com', email_verified: false },
    { email: 'nobody', email_verified: true },
    { email: null, email_verified: true },
  ] as JWTPayload[]) {
    assert.deepEqual((await visit(claims)).document, before, JSON.stringify(claims))
  }
})

test('a proven e-mail is taken from who has not proven it, and left to who has, with one warning', async () => {
  const [holder, owner, follower] = [somebody(), somebody(), somebody()]
  await holder.visit({ email: 'unproven@example.com' })
  await owner.visit({ email: 'proven@example.com', email_verified: true })
  await follower.visit()

  const taken = await follower.visit({ email: 'Unproven@example.com', email_verified: true })
  assert.equal(taken.document.user.email, 'Unproven@example.com')
  assert.equal((await holder.visit({ email: 'unproven@example.com' })).document.user.email, null)
  await assertReplays(taken.document)

  lines.length = 0
  const left = await follower.visit({
    email: 'proven@example.com',
    email_verified: true,
    given_name: 'Heard',
  })
  assert.deepEqual(
    [left.document.user.email, left.document.user.first_name],
    ['Unproven@example.com', 'Heard'],
    'the rest of the token is heard',
  )
  assert.equal(lines.filter(({ msg }) => msg.includes('another account has confirmed')).length, 1)
  assert.equal((await owner.visit({ email: 'proven@example.com' })).document.user.email, 'proven@example.com')
})

test('a role of the same type changes the role alone', async () => {
  const { visit } = somebody()
  await visit({ role: 'student' })
  const { document } = await visit({ role: 'administrator' })
  assert.deepEqual(
    [document.user.role, document.profile_type, document.tutor_profile],
    ['administrator', 'student', null],
  )
  await assertReplays(document)
})

test('tokens that come at once make the account what the latest one says', async () => {
  const { sub, visit, next } = somebody()
  await visit({ given_name: 'Zero' })
  const first = next()
  await Promise.all(
    [3, 1, 5, 2, 4].map((n) =>
      visit({
        given_name: `Name ${n}`,
        iat: first + n,
        email: `${sub}.${n}@example.com`,
        email_verified: true,
      }),
    ),
  )
  const { document } = await visit({ given_name: 'Name 0', iat: first })
  assert.deepEqual([document.user.first_name, document.user.email], ['Name 5', `${sub}.5@example.com`])
  await assertReplays(document)
})

test('two accounts that are given the same proven e-mail at once: one has it, both are let in', async () => {
  const both = [somebody(), somebody()]
  for (const { visit } of both) await visit()
  const answers = await Promise.all(
    both.map(({ visit }) => visit({ email: 'shared@example.com', email_verified: true })),
  )
  const emails = answers.map(({ document }) => document.user.email)
  assert.equal(emails.filter((email) => email === 'shared@example.com').length, 1, String(emails))
})

test('a new token costs one statement, whether anything is followed or not', async (t) => {
  const deaf = await useTestApp({ env: { AUTH_FOLLOW: 'off' } }, t)
  const counted = async (on: TestApp) => {
    const { visit } = somebody(on)
    await visit({ given_name: 'Maria' })
    let count = 0
    const told = () => (count += 1)
    channel('tracing:upm.statement:start').subscribe(told)
    assert.ok(statements.hasSubscribers)
    await visit({ given_name: 'Maria' })
    channel('tracing:upm.statement:start').unsubscribe(told)
    return count
  }
  assert.deepEqual([await counted(app), await counted(deaf)], [2, 2], 'the look-up, and the document')
})

test('AUTH_FOLLOW says what is followed', async (t) => {
  const some = await useTestApp({ env: { AUTH_FOLLOW: 'name' } }, t)
  const { sub, visit } = somebody(some)
  await visit({ given_name: 'Maria', role: 'student' })
  const { document } = await visit({
    given_name: 'Mariia',
    role: 'tutor',
    is_self_learning: true,
    email: 'new@example.com',
    email_verified: true,
  })
  const { first_name, role, is_self_learning, email } = document.user
  assert.deepEqual(
    [first_name, role, is_self_learning, email],
    ['Mariia', 'student', false, `${sub}@example.com`],
  )
})
