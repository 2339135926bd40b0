import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { checkSubjects, defaultSubjects } from '../catalogues/subjects.ts'
import { loadConfig } from '../config/config.ts'
import { query, sql } from '../database/database.ts'
import { createValidator } from '../http/validation.ts'
import { createFormats } from '../profile-types/formats.ts'
import { createClaimsReader } from './claims.ts'
import { scopesOf } from './scopes.ts'

type Problem = { code: string; errors?: { field: string; code: string }[] }

const read = async (on: TestApp, claims: Record<string, unknown>) =>
  on.send('GET', '/api/me/profile/', { token: await on.token(claims) })

/** The account that a first token makes, or what it is refused with. */
async function outcome(on: TestApp, claims: Record<string, unknown>): Promise<object> {
  const answer = await read(on, { sub: `subject-${++subjects}`, ...claims })
  if (answer.statusCode === 200) return answer.json<{ user: object }>().user
  const { code, errors } = answer.json<Problem>()
  return { status: answer.statusCode, code, errors: errors?.map((error) => `${error.field} ${error.code}`) }
}
let subjects = 0

const invalid = (...errors: string[]) => ({ status: 400, code: 'validation_failed', errors })

type Case = { what: string; claims: Record<string, unknown>; is: Record<string, unknown> }

function cases(env: Record<string, string>, list: Case[]): void {
  describe(
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ') || 'the usual claims',
    async () => {
      const app = await useTestApp({ env })
      for (const { what, claims, is } of list) {
        test(what, async () => assert.partialDeepStrictEqual(await outcome(app, claims), is))
      }
    },
  )
}

cases({}, [
  {
    what: 'a name alone is cut at its first space',
    claims: { name: ' Леся  Українка-Косач Квітка ' },
    is: { first_name: 'Леся', last_name: 'Українка-Косач Квітка' },
  },
  {
    what: 'a name of one word is a first name',
    claims: { name: 'Леся' },
    is: { first_name: 'Леся', last_name: '' },
  },
  {
    what: 'a first name is enough for the whole one to be left',
    claims: { given_name: 'Леся', name: 'Лариса Косач' },
    is: { first_name: 'Леся', last_name: '' },
  },
  {
    what: 'empty names are none',
    claims: { given_name: '', family_name: '', name: 'Лариса Косач' },
    is: { first_name: 'Лариса', last_name: 'Косач' },
  },
  {
    what: 'an e-mail in the place of a name is none',
    claims: { email: 'lesia@example.com', name: 'lesia@example.com' },
    is: { first_name: '', last_name: '' },
  },
  { what: 'a name that is a number', claims: { name: 7 }, is: invalid('name invalid_type') },
  { what: 'a name with NUL', claims: { name: 'Леся \0' }, is: invalid('name invalid_format') },
  {
    what: 'a whole name that is too long',
    claims: { name: `Леся ${'я'.repeat(151)}` },
    is: invalid('name max_length'),
  },
  {
    what: 'the first known role of a list',
    claims: { role: ['x', 'tutor', 'student'] },
    is: { role: 'tutor' },
  },
  { what: 'a list of no roles', claims: { role: [] }, is: { role: 'student' } },
  { what: 'an unknown role', claims: { role: 'x' }, is: { status: 403, code: 'role_unknown' } },
])

cases(
  {
    AUTH_EMAIL_CLAIM: 'https://example.com/email,contact.email',
    AUTH_ROLE_CLAIM: 'https://example.com/roles,realm_access.roles,groups',
    AUTH_ROLE_MAP: 'teacher=tutor,Teaching Staff=tutor,student=tutor,constructor=student',
    AUTH_SELF_LEARNING_CLAIM: 'flags.alone',
    AUTH_GIVEN_NAME_CLAIM: 'first_name',
    AUTH_FAMILY_NAME_CLAIM: 'last_name',
    AUTH_NAME_CLAIM: 'user_metadata.full_name',
  },
  [
    {
      what: 'URLs with dots are names',
      claims: { 'https://example.com/email': 'Url@example.com', 'https://example.com/roles': ['teacher'] },
      is: { email: 'Url@example.com', role: 'tutor' },
    },
    {
      what: 'a path leads into objects',
      claims: {
        contact: { email: 'path@example.com' },
        realm_access: { roles: ['offline_access', 'Teaching Staff'] },
        flags: { alone: true },
        first_name: 'Леся',
        last_name: 'Косач',
      },
      is: {
        email: 'path@example.com',
        role: 'tutor',
        is_self_learning: true,
        first_name: 'Леся',
        last_name: 'Косач',
      },
    },
    {
      what: 'a claim of the whole name comes before what the path leads to',
      claims: { 'contact.email': 'whole@example.com', contact: { email: 'path2@example.com' } },
      is: { email: 'whole@example.com' },
    },
    {
      what: 'the first that is there counts, and null is not there',
      claims: {
        'https://example.com/email': null,
        contact: { email: 'second@example.com' },
        'https://example.com/roles': null,
        realm_access: { roles: null },
        groups: ['teacher'],
        flags: null,
        user_metadata: { full_name: 'Леся Косач' },
      },
      is: { email: 'second@example.com', role: 'tutor', is_self_learning: false, last_name: 'Косач' },
    },
    {
      what: 'an empty list is not there',
      claims: { contact: { email: 'e3@example.com' }, realm_access: { roles: [] }, groups: ['teacher'] },
      is: { role: 'tutor' },
    },
    {
      what: 'a role that is mapped is what it is mapped to',
      claims: { contact: { email: 'e4@example.com' }, groups: ['student'] },
      is: { role: 'tutor' },
    },
    {
      what: 'the members of an object are roles',
      claims: {
        contact: { email: 'e5@example.com' },
        groups: { viewer: {}, teacher: { '1': 'example.com' } },
      },
      is: { role: 'tutor' },
    },
    {
      what: 'names of JavaScript lead nowhere',
      claims: { contact: { email: 'e6@example.com' }, groups: ['toString', '__proto__'] },
      is: { status: 403, code: 'role_unknown' },
    },
    {
      what: 'refusals name the claims as they are configured',
      claims: {
        contact: { email: 'nobody' },
        realm_access: { roles: ['x', 7] },
        flags: { alone: 'true' },
        first_name: 7,
        last_name: 'x'.repeat(151),
      },
      is: invalid(
        'contact.email invalid_format',
        'first_name invalid_type',
        'last_name max_length',
        'realm_access.roles[1] invalid_type',
        'flags.alone invalid_type',
      ),
    },
    {
      what: 'the usual claim is no e-mail then',
      claims: { email: 'usual@example.com' },
      is: invalid('https://example.com/email required'),
    },
    {
      what: 'null is no e-mail, and is called so',
      claims: { contact: { email: null } },
      is: invalid('https://example.com/email not_nullable'),
    },
  ],
)

cases({ AUTH_UNKNOWN_ROLE: 'default', ROLES: 'administrator=student,tutor' }, [
  { what: 'unknown roles are the usual one', claims: { role: ['x', 'y'] }, is: { role: 'administrator' } },
  { what: 'known ones stay what they are', claims: { role: ['x', 'tutor'] }, is: { role: 'tutor' } },
  { what: 'what is no role at all is refused', claims: { role: 7 }, is: invalid('role invalid_type') },
])

cases({ AUTH_EMAIL_OPTIONAL: 'on' }, [
  { what: 'no e-mail', claims: { email: undefined }, is: { email: null, role: 'student' } },
  { what: 'null as the e-mail', claims: { email: null }, is: { email: null } },
  { what: 'an empty e-mail, as Supabase has it', claims: { email: '' }, is: { email: null } },
  { what: 'a second one without', claims: { email: undefined, email_verified: true }, is: { email: null } },
  { what: 'one that is none', claims: { email: 'nobody' }, is: invalid('email invalid_format') },
  { what: 'one that is one', claims: { email: 'some@example.com' }, is: { email: 'some@example.com' } },
])

test('the e-mail is proven by the configured claim alone', async (t) => {
  const app = await useTestApp({ env: { AUTH_EMAIL_VERIFIED_CLAIM: 'emailVerified' } }, t)
  const email = 'held@example.com'
  await outcome(app, { email })
  assert.deepEqual(await outcome(app, { email, email_verified: true }), {
    status: 409,
    code: 'email_taken',
    errors: undefined,
  })
  assert.partialDeepStrictEqual(await outcome(app, { email, emailVerified: true }), { email })
})

test('an account without an e-mail is one like any other, and its log replays', async (t) => {
  const app = await useTestApp({ env: { AUTH_EMAIL_OPTIONAL: 'on' } }, t)
  const person = await app.person({ sub: 'anonymous', email: undefined })
  assert.equal(person.email, null)
  const patched = await app.send('PATCH', '/api/me/profile/', {
    token: person.token,
    body: { user: { first_name: 'Леся', email: null } },
  })
  assert.equal(patched.json<{ user: { first_name: string } }>().user.first_name, 'Леся', patched.body)
  assert.deepEqual(await app.actions(person.userId), ['system.profile.initialized', 'profile.updated'])
})

const scopes: [what: string, env: Record<string, string>, claims: object, is: boolean][] = [
  ['scope', {}, { scope: 'openid upm' }, true],
  ['scp, as a text', {}, { scp: 'upm' }, true],
  ['scp, as a list', {}, { scp: ['openid', 'upm'] }, true],
  ['permissions beside scope', {}, { scope: 'openid', permissions: ['upm'] }, true],
  ['another claim', {}, { roles: ['upm'] }, false],
  ['the configured claim', { AUTH_SCOPE_CLAIM: 'resource.roles,roles' }, { roles: ['upm'] }, true],
  ['the first of those', { AUTH_SCOPE_CLAIM: 'roles,scope' }, { roles: ['x'], scope: 'upm' }, false],
  ['the usual one in its place', { AUTH_SCOPE_CLAIM: 'roles' }, { scope: 'upm' }, false],
  ['an object', {}, { scope: { upm: true }, permissions: [{ upm: 1 }, null] }, false],
]
for (const [what, env, claims, is] of scopes) {
  test(`${is ? 'scopes are read' : 'no scopes are read'} from ${what}`, () => {
    const { auth } = loadConfig(env)
    assert.equal(scopesOf({ sub: 'olena', ...claims }, auth.scopeClaim).includes('upm'), is)
  })
}

test('a service is one by whatever claim has its scope, and makes no user', async (t) => {
  const app = await useTestApp({}, t)
  const token = await app.token({ sub: 'billing', permissions: ['activity:write'] })
  assert.equal((await app.send('GET', '/api/me/profile/', { token })).statusCode, 403)
  assert.equal((await app.send('POST', '/api/activity/', { token, body: [] })).statusCode, 400)
  assert.deepEqual(await query(app.pool, sql`select id from users`), [])
})

test('a map to a role that does not exist is said at the start', () => {
  const { auth } = loadConfig({ AUTH_ROLE_MAP: 'teacher=professor' })
  const validator = createValidator(createFormats(checkSubjects(defaultSubjects)))
  assert.throws(
    () => createClaimsReader(validator, new Map([['tutor', 'tutor']]), auth),
    /AUTH_ROLE_MAP says that "teacher" is the role "professor", which does not exist\. The roles are tutor\./,
  )
})
