/** Accounts of two issuers and of the bundled sign-in, from the first token on: whatever happens to them, the log replays to them. */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { SignJWT, type JWTPayload } from 'jose'
import sharp from 'sharp'
import { form } from '../test/form.ts'
import { useTestApp, type Answer } from '../test/test-app.ts'
import { SIGN_IN_ENV, visitor, type Visitor } from '../test/visitor.ts'
import { query, sql } from './database/database.ts'
import { replay, statePart } from './document/history.ts'

const ISSUERS = ['https://one.example', 'https://two.example'] as const
const app = await useTestApp({
  env: { ...SIGN_IN_ENV, AUTH_ISSUER: ISSUERS.join(','), CHANGES_PER_HOUR: '0', CHANGES_PER_DAY: '0' },
})
const tinyPicture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
  .png()
  .toBuffer()

type Type = 'tutor' | 'student'
const section = { tutor: 'tutor_profile', student: 'student_profile' } as const

/** Which of the identities acts is chosen by a number, of however many there are then. */
type Step =
  | { do: 'edit'; by: number; part: 'user' | 'tutor' | 'student' | 'settings'; text: string }
  | { do: 'settings'; by: number; timezone: string }
  | { do: 'upload' | 'remove picture'; by: number }
  | { do: 'add' | 'activate' | 'drop'; by: number; type: Type }
  | {
      do: 'say'
      by: number
      role?: Type
      name?: string
      email?: 'new' | 'unproven' | 'taken'
      alone?: boolean
    }
  | { do: 'link'; by: number; issuer: 0 | 1 }
  | { do: 'unlink'; by: number; which: number }
  | { do: 'leave' | 'restore'; by: number }

const by = fc.nat({ max: 5 })
const type = fc.constantFrom<Type>('tutor', 'student')
const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }).map((it) => `x${it.trim()}`)
const oneOf = <Of extends string>(...of: Of[]) => fc.constantFrom(...of)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: oneOf('edit'),
      by,
      part: oneOf('user', 'tutor', 'student', 'settings'),
      text,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: oneOf('settings'), by, timezone: oneOf('Europe/Kyiv', 'UTC', 'Asia/Tokyo') }),
  },
  { weight: 1, arbitrary: fc.record({ do: oneOf('upload', 'remove picture'), by }) },
  { weight: 3, arbitrary: fc.record({ do: oneOf('add', 'activate', 'drop'), by, type }) },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        do: oneOf('say'),
        by,
        role: type,
        name: text,
        email: oneOf('new', 'unproven', 'taken'),
        alone: fc.boolean(),
      },
      { requiredKeys: ['do', 'by'] },
    ),
  },
  { weight: 3, arbitrary: fc.record({ do: oneOf('link'), by, issuer: fc.constantFrom<0 | 1>(0, 1) }) },
  { weight: 2, arbitrary: fc.record({ do: oneOf('unlink'), by, which: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ do: oneOf('leave', 'restore'), by }) },
)

/** What opens the account: an outside subject, or the bundled sign-in. */
type Key = { id: number; issuer: string; subject: string; visitor?: Visitor; token: string }

/** What the account has to be. */
type Model = {
  keys: Key[]
  user: { email: string; first_name: string; last_name: string; role: Type; is_self_learning: boolean }
  firstEdited: boolean
  held: Set<Type>
  active: Type
  isLeaving: boolean
}

/** Somebody who has proven an address that others say is theirs. */
const neighbour = await app.person({ email: 'neighbour@example.com', email_verified: true, iss: ISSUERS[0] })

let names = 0
const newName = () => `life-${(names += 1)}`

/** Each token is a second later than the one before. */
let issued = Math.floor(Date.now() / 1000) - 500
let lifeBegan = issued

function tokenOf(iss: string, sub: string, claims: JWTPayload): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  // Within the last minutes, however many there have been.
  issued = issued > now - 5 ? lifeBegan : issued + 1
  return new SignJWT({ iss, sub, iat: issued, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(createSecretKey(Buffer.from(app.config.auth.jwtSecret ?? '')))
}

type Document = { user: { id: number } & Model['user']; profile_type: Type } & Record<string, unknown>

async function documentOf(token: string): Promise<Document> {
  const answer = await app.send('GET', '/api/me/profile/', { token })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<Document>()
}

const listed = async (token: string) =>
  (await app.send('GET', '/api/me/identities/', { token })).json<Key[]>()

/** The first token, or the first sign-in. */
async function begin(bySignIn: boolean): Promise<{ model: Model; userId: number }> {
  lifeBegan = Math.floor(Date.now() / 1000) - 500
  issued = lifeBegan
  const subject = newName()
  let key: Omit<Key, 'id'>
  if (bySignIn) {
    const person = visitor(app, `${subject}@example.com`)
    key = { issuer: 'built-in', subject, visitor: person, token: await person.enter({ role: 'student' }) }
  } else {
    const claims = {
      email: `${subject}@example.com`,
      given_name: 'First',
      family_name: 'Last',
      role: 'student',
    }
    key = { issuer: ISSUERS[0], subject, token: await tokenOf(ISSUERS[0], subject, claims) }
  }
  const document = await documentOf(key.token)
  const [identity] = await listed(key.token)
  assert.ok(identity)
  const { id: userId, ...user } = document.user
  const { profile_type: active } = document
  const model: Model = {
    keys: [{ ...key, id: identity.id, subject: identity.subject }],
    user: pickUser(user),
    firstEdited: false,
    held: new Set([active]),
    active,
    isLeaving: false,
  }
  return { model, userId }
}

const pickUser = ({ email, first_name, last_name, role, is_self_learning }: Model['user']) => ({
  email,
  first_name,
  last_name,
  role,
  is_self_learning,
})

const wants = (answer: Answer, status: number, code?: string) =>
  assert.deepEqual(
    [answer.statusCode, answer.statusCode >= 400 ? answer.json<{ code: string }>().code : undefined],
    [status, code],
    answer.body,
  )

/** Does a step, and changes the model as the account has to change. */
async function take(next: Step, model: Model): Promise<void> {
  const { keys } = model
  const key = keys[next.by % keys.length]
  assert.ok(key)
  const send = (method: 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) =>
    app.send(method, url, { token: key.token, ...(body && { body }) })
  /** Nothing else is done to an account that is leaving. */
  const expect = (answer: Answer, status: number, code?: string): boolean => {
    if (model.isLeaving) wants(answer, 403, 'account_leaving')
    else wants(answer, status, code)
    return answer.statusCode < 300
  }
  switch (next.do) {
    case 'edit': {
      const { part } = next
      const body =
        part === 'user'
          ? { user: { first_name: next.text } }
          : part === 'settings'
            ? { settings: { notifications_enabled: next.text.length % 2 === 0 } }
            : { [section[part]]: { headline: next.text } }
      const isHeld = part === 'user' || part === 'settings' || model.held.has(part)
      const answer = await send('PATCH', '/api/me/profile/', body)
      const done = expect(answer, isHeld ? 200 : 400, isHeld ? undefined : 'validation_failed')
      if (!done || part !== 'user') return
      if (model.user.first_name !== next.text) model.firstEdited = true
      model.user.first_name = next.text
      return
    }
    case 'settings':
      expect(await send('PATCH', '/api/me/settings/', { timezone: next.timezone }), 200)
      return
    case 'upload': {
      const { body, headers } = await form([{ name: 'avatar', file: tinyPicture }])
      expect(await app.send('POST', '/api/me/avatar/', { token: key.token, body, headers }), 201)
      return
    }
    case 'remove picture':
      expect(await send('DELETE', '/api/me/avatar/'), 204)
      return
    case 'add': {
      const isHeld = model.held.has(next.type)
      const answer = await send('POST', '/api/me/profiles/', { profile_type: next.type })
      if (expect(answer, isHeld ? 409 : 201, isHeld ? 'type_held' : undefined)) model.held.add(next.type)
      return
    }
    case 'activate': {
      const isHeld = model.held.has(next.type)
      const answer = await send('PATCH', '/api/me/profiles/active/', { profile_type: next.type })
      if (expect(answer, isHeld ? 200 : 409, isHeld ? undefined : 'type_not_held')) model.active = next.type
      return
    }
    case 'drop': {
      const answer = await send('DELETE', `/api/me/profiles/${next.type}/`)
      if (!model.held.has(next.type)) expect(answer, 404, 'not_found')
      else if (model.held.size === 1) expect(answer, 409, 'last_profile')
      else if (model.active === next.type) expect(answer, 409, 'active_profile')
      else if (expect(answer, 204)) model.held.delete(next.type)
      return
    }
    case 'say':
      return say(next, key, model)
    case 'link': {
      const [issuer, subject] = [ISSUERS[next.issuer], newName()]
      const token = await tokenOf(issuer, subject, { email: `${subject}@example.com` })
      const answer = await send('POST', '/api/me/identities/', { token })
      if (!expect(answer, 201)) return
      const { id, issuer: name } = answer.json<Key>()
      // Two names of one issuer: identities are kept under the first.
      assert.equal(name, ISSUERS[0])
      keys.push({ id, issuer, subject, token })
      return
    }
    case 'unlink': {
      const gone = keys[next.which % keys.length]
      const answer = await send('DELETE', `/api/me/identities/${gone?.id}/`)
      if (keys.length === 1) expect(answer, 409, 'last_identity')
      else if (gone === key) expect(answer, 409, 'identity_in_use')
      else if (expect(answer, 204)) model.keys = keys.filter((other) => other !== gone)
      return
    }
    case 'leave': {
      wants(await send('DELETE', '/api/me/', { confirm: model.user.email }), 202)
      model.isLeaving = true
      // All sessions have ended. Whoever comes back signs in.
      for (const held of keys) {
        if (held.visitor) held.token = await held.visitor.token(await held.visitor.signIn())
      }
      return
    }
    case 'restore':
      wants(await send('POST', '/api/me/restore/'), 200)
      model.isLeaving = false
      return
  }
}

/** A later token of an identity says something. Only that of the oldest one is listened to. */
async function say(told: Extract<Step, { do: 'say' }>, key: Key, model: Model): Promise<void> {
  // The bundled sign-in says what the account says.
  if (key.visitor) return
  const emails = {
    new: `${newName()}@example.com`,
    unproven: `${newName()}@example.com`,
    taken: neighbour.email,
  }
  const email = told.email && emails[told.email]
  key.token = await tokenOf(key.issuer, key.subject, {
    ...(told.role && { role: told.role }),
    ...(told.name !== undefined && { given_name: told.name }),
    ...(told.alone !== undefined && { is_self_learning: told.alone }),
    ...(email !== undefined && { email, email_verified: told.email !== 'unproven' }),
  })
  const answer = await app.send('GET', '/api/me/profile/', { token: key.token })
  if (model.isLeaving) return wants(answer, 403, 'account_leaving')
  wants(answer, 200)
  if (model.keys[0] !== key) return
  if (email !== undefined && told.email === 'new') model.user.email = email
  if (told.name !== undefined && !model.firstEdited) model.user.first_name = told.name
  if (told.alone !== undefined) model.user.is_self_learning = told.alone
  if (told.role && told.role !== model.user.role) {
    model.user.role = told.role
    model.held.add(told.role)
    model.active = told.role
  }
}

test(
  'whatever happens in the life of an account, its state is what is expected, and the log replays to it at every step',
  { timeout: 120_000 },
  async () => {
    const taken = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }),
        async (bySignIn, steps) => {
          const { model, userId } = await begin(bySignIn)
          let known = statePart(await documentOf(model.keys[0]?.token ?? ''))
          for (const next of steps) {
            await take(next, model)
            taken.add(next.do)
            const reader = model.keys[next.by % model.keys.length]?.token ?? ''
            const state = await app.send('GET', '/api/me/', { token: reader })
            assert.equal(state.json<{ state: string }>().state, model.isLeaving ? 'leaving' : 'active')
            if (!model.isLeaving) {
              const document = await documentOf(reader)
              assert.equal(document.user.id, userId)
              assert.deepEqual(pickUser(document.user), model.user)
              assert.equal(document.profile_type, model.active)
              for (const name of ['tutor', 'student'] as const)
                assert.equal(document[section[name]] !== null, model.held.has(name))
              assert.deepEqual(
                (await listed(reader)).map(({ id }) => id),
                model.keys.map(({ id }) => id),
              )
              known = statePart(document)
            }
            assert.deepEqual(await replay(app.pool, userId), known)
          }
        },
      ),
      { numRuns: 20, endOnFailure: true },
    )
    assert.equal(taken.size, 12, [...taken].join(', '))
    // Nobody has had another account for a moment.
    const [counts] = await query<{ people: number; owners: number }>(
      app.pool,
      sql`select (select count(*) from upm.users) as people, (select count(distinct user_id) from upm.identities) as owners`,
    )
    assert.equal(counts?.people, counts?.owners)
  },
)
