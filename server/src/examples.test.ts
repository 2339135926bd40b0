/** contract/profile.json is what front ends are built against, so live answers have exactly its members, at any depth. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import sharp from 'sharp'
import type { ProfileType } from './profile-types/profile-type.ts'
import { createProfileTypes } from './profile-types/profile-types.ts'
import { exampleAccounts, exampleFields, type ExampleAccount } from './profile-types/example-accounts.ts'
import { form } from '../test/form.ts'
import { useTestApp, type Answer, type SendOptions } from '../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../test/visitor.ts'

const app = await useTestApp({ env: { ...SIGN_IN_ENV, AVATAR_MAX_BYTES: '100000' } })
const examples: Record<string, Record<string, unknown>> = JSON.parse(
  await readFile(join(import.meta.dirname, '../../contract/profile.json'), 'utf8'),
)
const picture = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#306' } })
  .jpeg()
  .toBuffer()

type Entry = { action: string }

/** The members of a value and their types, at any depth; of a list, what its items are. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(shapeOf)
    return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
  }
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
}

const upload = async (token: string, file: Buffer) => {
  const { body, headers } = await form([{ name: 'avatar', file }])
  return app.send('POST', '/api/me/avatar/', { token, body, headers })
}

/** An account that has done what the example's account has done. Resolves with its token and its answers. */
async function live(account: ExampleAccount): Promise<{ token: string; answers: Record<string, Answer> }> {
  const [type] = account.types
  assert.ok(type)
  const token = await visitor(app, `${account.name}@example.com`).enter({ role: type.name })
  const answers: Record<string, Answer> = {}
  const patch = (section: string, body: object) =>
    app.send('PATCH', section, { token, body, headers: { 'content-type': 'application/merge-patch+json' } })
  const { user } = (await app.send('GET', '/api/me/profile/', { token })).json<{ user: { id: number } }>()
  const name = (method: 'POST' | 'PATCH', path: string, profileType: ProfileType) =>
    app.send(method, `/api/me/profiles/${path}`, { token, body: { profile_type: profileType.name } })
  for (const other of account.types.slice(1)) {
    answers['POST /api/me/profiles/'] = await name('POST', '', other)
    answers['PATCH /api/me/profiles/active/'] = await name('PATCH', 'active/', other)
    await name('PATCH', 'active/', type)
  }
  if (!account.isNew) {
    const sections = account.types.map((one) => [one.section, exampleFields(account, one)])
    await patch('/api/me/profile/', Object.fromEntries(sections))
    answers['PATCH /api/me/settings/'] = await patch('/api/me/settings/', { timezone: 'Europe/Kyiv' })
    answers['POST /api/me/avatar/'] = await upload(token, picture)
  } else answers['PATCH /api/me/settings/'] = await patch('/api/me/settings/', {})
  answers['PATCH /api/me/profile/'] = await patch('/api/me/profile/', {})
  for (const path of [
    '/api/me/profile/',
    '/api/me/settings/',
    '/api/me/activity/',
    '/api/me/activity/summary/',
    '/api/me/profile/public/',
    '/api/me/profile/visibility/',
  ])
    answers[`GET ${path}`] = await app.send('GET', path, { token })
  const published = await patch('/api/me/settings/', { privacy_public_profile: true })
  if (account.isNew) assert.equal(published.json().code, 'profile_incomplete')
  else answers['GET /api/profiles/{id}/'] = await app.send('GET', `/api/profiles/${user.id}/`)
  return { token, answers }
}

describe('live answers have exactly the members of the examples:', () => {
  for (const account of exampleAccounts(createProfileTypes())) {
    test(account.name, async () => {
      const expected = examples[account.name] ?? {}
      const { answers } = await live(account)
      assert.deepEqual(Object.keys(answers).toSorted(), Object.keys(expected).toSorted())
      for (const [operation, answer] of Object.entries(answers)) {
        assert.ok(answer.statusCode < 300, answer.body)
        const body: unknown = answer.json()
        const example = expected[operation]
        if (operation === 'GET /api/me/activity/') {
          const known = new Map((example as Entry[]).map((entry) => [entry.action, entry]))
          const seen = (body as Entry[]).filter(({ action }) => known.has(action))
          assert.ok(seen.length >= known.size, answer.body)
          for (const entry of seen) {
            // The second type was in the account before its log began; here it came after.
            if (account.types.length > 1 && entry.action === 'system.profile.initialized') continue
            assert.deepEqual(shapeOf(entry), shapeOf(known.get(entry.action)), `${operation} ${entry.action}`)
          }
        } else if (operation === 'GET /api/me/activity/summary/') {
          assert.deepEqual(shapeOf(withoutNames(body)), shapeOf(withoutNames(example)), operation)
        } else assert.deepEqual(shapeOf(body), shapeOf(example), operation)
      }
    })
  }
})

/** The counts of a day are by action, whatever happened on it. */
function withoutNames(summary: unknown): unknown {
  const { days, ...rest } = summary as { days: { actions: object }[] }
  return { ...rest, days: days.map((day) => ({ ...day, actions: Object.values(day.actions) })) }
}

describe('a live refusal has exactly the members of its example:', async () => {
  const { token } = await app.person({ role: 'tutor' })
  const guest = visitor(app)
  await guest.enter()
  const crop = (value: string) => ['crop_x', 'crop_y', 'crop_size'].map((name) => ({ name, value }))
  const me = (options: SendOptions) => app.send('PATCH', '/api/me/profile/', { token, ...options })
  const signUp = (fields: object) => visitor(app).signUp(fields)
  const cases: Record<string, () => Promise<Answer>> = {
    validation_failed: () => me({ body: { verbose: true } }),
    invalid_json: () => me({ body: '{', headers: { 'content-type': 'application/json' } }),
    unauthorized: () => app.send('GET', '/api/me/profile/'),
    forbidden: async () =>
      app.send('GET', '/api/me/profile/', { token: await app.token({ scope: 'activity:write' }) }),
    not_found: () => app.send('GET', '/api/profiles/1000000/'),
    method_not_allowed: () => app.send('DELETE', '/api/me/profile/', { token }),
    not_acceptable: () => app.send('GET', '/api/me/activity/', { token, headers: { accept: 'image/png' } }),
    precondition_failed: () => me({ body: {}, headers: { 'if-match': '"99"' } }),
    payload_too_large: () =>
      me({ body: ' '.repeat(1_100_000), headers: { 'content-type': 'application/json' } }),
    unsupported_media_type: () => me({ body: 'x', headers: { 'content-type': 'text/plain' } }),
    email_taken: async () => {
      const { email } = await app.person({ email_verified: true, email: 'taken@example.com' })
      return app.send('GET', '/api/me/profile/', { token: await app.token({ email }) })
    },
    profile_incomplete: () => me({ body: { settings: { privacy_public_profile: true } } }),
    role_unknown: async () =>
      app.send('GET', '/api/me/profile/', { token: await app.token({ role: 'pilot' }) }),
    image_unsupported: () => upload(token, Buffer.from('<svg/>')),
    image_corrupt: () => upload(token, picture.subarray(0, 300)),
    file_too_large: () => upload(token, Buffer.alloc(150_000)),
    image_required: async () => {
      const { body, headers } = await form(crop('10'))
      return app.send('POST', '/api/me/avatar/', { token, body, headers })
    },
    crop_invalid: async () => {
      const { body, headers } = await form([{ name: 'avatar', file: picture }, ...crop('5000')])
      return app.send('POST', '/api/me/avatar/', { token, body, headers })
    },
    INVALID_EMAIL: () => signUp({ email: 'nobody' }),
    PASSWORD_TOO_SHORT: () => signUp({ password: 'short' }),
    PASSWORD_TOO_COMMON: () => signUp({ password: 'password123' }),
    INVALID_EMAIL_OR_PASSWORD: () =>
      guest.post('/sign-in/email', { email: guest.email, password: `${PASSWORD}!` }),
    UNAUTHORIZED: () => guest.get('/token'),
  }
  for (const [code, refuse] of Object.entries(cases)) {
    test(code, async () => {
      const answer = await refuse()
      const body = answer.json<{ code: string }>()
      assert.equal(body.code, code, answer.body)
      assert.deepEqual(namesOf(body), namesOf(examples['errors']?.[code]), answer.body)
    })
  }
})

/** Faults have the parameters of their codes, so of these only the names of the other members count. */
function namesOf(problem: unknown): unknown {
  const { errors, ...rest } = problem as { errors?: { params?: object }[] }
  return shapeOf({ ...rest, ...(errors && { errors: errors.map(({ params: _params, ...fault }) => fault) }) })
}
