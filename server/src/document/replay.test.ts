import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { defaultSubjects } from '../catalogues/subjects.ts'
import { timeZoneNames } from '../time-zones.ts'
import { form } from '../../test/form.ts'
import { replay, statePart } from './history.ts'
import { useTestApp, type Answer, type Person } from '../../test/test-app.ts'

const app = await useTestApp()
const tinyPicture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
  .png()
  .toBuffer()

const text = (maxLength: number) =>
  fc.oneof(
    fc.constantFrom(
      '',
      'a',
      'Олена',
      'e\u0301',
      '  padded  ',
      '"quoted" \\ {braces}',
      "O'Brien; drop table users",
      '🦊🦊',
      '\u202Eabc',
    ),
    fc.string({ unit: 'grapheme', maxLength }),
  )
const anything = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.boolean(),
  fc.string(),
  fc.array(fc.string(), { maxLength: 3 }),
)
/** Mostly what is right, sometimes what is not. */
const mostly = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: anything })
const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] })

const slugs = defaultSubjects.map(({ slug }) => slug)
const common = {
  headline: mostly(text(120)),
  bio: mostly(text(300)),
  subjects: mostly(fc.uniqueArray(fc.constantFrom(...slugs), { maxLength: 5 })),
}
const amount = fc.nat({ max: 99_999 }).map((n) => (n / 100).toFixed(2))
const tutorFields = some({
  ...common,
  languages: mostly(fc.uniqueArray(fc.constantFrom('uk', 'en', 'de-AT', 'zh-Hant'), { maxLength: 3 })),
  experience_years: mostly(fc.option(fc.integer({ min: 0, max: 80 }))),
  hourly_rate: mostly(fc.option(some({ amount, currency: fc.constantFrom('UAH', 'EUR', 'USD') }))),
  lesson_formats: mostly(fc.subarray(['online', 'in_person'])),
})
const studentFields = some({
  ...common,
  grade: mostly(fc.option(text(50))),
  learning_goals: mostly(text(300)),
})
const settings = some({
  timezone: mostly(fc.constantFrom(...timeZoneNames)),
  ui_language: mostly(fc.constantFrom('uk', 'en')),
  notifications_enabled: mostly(fc.boolean()),
  privacy_public_profile: mostly(fc.boolean()),
})
const patch = some({
  user: some({ first_name: mostly(text(150)), last_name: mostly(text(150)) }),
  settings,
  tutor_profile: fc.oneof({ weight: 4, arbitrary: tutorFields }, { weight: 1, arbitrary: fc.constant(null) }),
  student_profile: fc.oneof(
    { weight: 1, arbitrary: studentFields },
    { weight: 4, arbitrary: fc.constant(null) },
  ),
})

type Step =
  | { kind: 'profile' | 'settings'; body: unknown; ifMatch: boolean }
  | { kind: 'upload' | 'remove' | 'return' }
  | { kind: 'add' | 'activate' | 'drop'; type: 'tutor' | 'student' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('profile' as const), body: patch, ifMatch: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('settings' as const), body: settings, ifMatch: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('upload' as const, 'remove' as const, 'return' as const) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('add' as const, 'activate' as const, 'drop' as const),
      type: fc.constantFrom('tutor' as const, 'student' as const),
    }),
  },
)

async function take(next: Step, { token }: Person): Promise<Answer> {
  const get = () => app.send('GET', '/api/me/profile/', { token })
  switch (next.kind) {
    case 'upload': {
      const { body, headers } = await form([{ name: 'avatar', file: tinyPicture }])
      return app.send('POST', '/api/me/avatar/', { token, body, headers })
    }
    case 'remove':
      return app.send('DELETE', '/api/me/avatar/', { token })
    case 'add':
      return app.send('POST', '/api/me/profiles/', { token, body: { profile_type: next.type } })
    case 'activate':
      return app.send('PATCH', '/api/me/profiles/active/', { token, body: { profile_type: next.type } })
    case 'drop':
      return app.send('DELETE', `/api/me/profiles/${next.type}/`, { token })
    case 'return':
      // The whole document as it was read a moment ago.
      return app.send('PATCH', '/api/me/profile/', { token, body: (await get()).json() })
    case 'profile':
    case 'settings': {
      const headers = next.ifMatch ? { 'if-match': String((await get()).headers['etag']) } : {}
      return app.send('PATCH', `/api/me/${next.kind}/`, { token, body: next.body, headers })
    }
  }
}

test(
  'whatever several users do at once, the log of each replays to exactly what is stored',
  { timeout: 120_000 },
  async () => {
    const statuses = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { maxLength: 25 }), { minLength: 2, maxLength: 4 }),
        async (scripts) => {
          const people = await Promise.all(
            scripts.map((_, i) => app.person({ role: i % 2 === 0 ? 'tutor' : 'student' })),
          )
          await Promise.all(
            // Each person acts from two places at once.
            scripts.flatMap((script, i) =>
              [0, 1].map(async (place) => {
                for (const [n, next] of script.entries()) {
                  if (n % 2 !== place) continue
                  const { statusCode } = await take(next, people[i] as Person)
                  statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
                }
              }),
            ),
          )
          for (const person of people) {
            const document = (await app.send('GET', '/api/me/profile/', { token: person.token })).json()
            assert.deepEqual(await replay(app.pool, person.userId), statePart(document))
            const actions = await app.actions(person.userId)
            assert.ok(document.version <= actions.length)
          }
        },
      ),
      { numRuns: 60 },
    )
    // The run is worth something only if it met success, refusal and conflict.
    for (const status of [200, 201, 204, 400, 404, 409, 412])
      assert.ok((statuses.get(status) ?? 0) > 0, `no ${status}`)
    for (const status of statuses.keys()) assert.ok(status < 500, `${status}`)
  },
)
