/** What the compiler must take and refuse (`npm run types`), and that the server agrees. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineProfileType, integerField, textField } from '../../server/src/index.ts'
import { noise } from '../../server/test/picture.ts'
import { useServer } from '../test/server.ts'
import { createClient } from './index.ts'
import type {
  AnySections,
  ChangePasswordInput,
  ProfilePatch,
  SettingsPatch,
  SignInInput,
  SignUpInput,
} from './index.ts'

const psychologist = defineProfileType({
  name: 'psychologist',
  labels: { uk: 'Психолог', en: 'Psychologist' },
  fields: {
    approach: textField(1000, { labels: { uk: 'Підхід', en: 'Approach' } }),
    licence_year: integerField(1950, 2100, { labels: { uk: 'Рік ліцензії', en: 'Licensed since' } }),
  },
  publicFields: [],
  searchableFields: [],
})

type PsychologistProfile = {
  headline: string
  bio: string
  subjects: string[]
  approach: string
  licence_year: number | null
}

const server = await useServer({ profileTypes: [psychologist] })

test('a patch may leave out, name undefined, and clear what can be cleared', () => {
  const fitting: ProfilePatch[] = [
    {},
    { user: undefined, tutor_profile: undefined },
    { user: { first_name: undefined } },
    { tutor_profile: { experience_years: null, hourly_rate: null } },
    { tutor_profile: { hourly_rate: { amount: '10' } }, student_profile: { grade: null } },
    { tutor_profile: null, avatar: null },
    { tutor_profile: { lesson_formats: ['online'] } },
  ]
  const misfits: ProfilePatch[] = [
    // @ts-expect-error A name cannot be cleared.
    { user: { first_name: null } },
    // @ts-expect-error Neither can a headline,
    { tutor_profile: { headline: null } },
    // @ts-expect-error or half of a rate.
    { tutor_profile: { hourly_rate: { amount: null } } },
    // @ts-expect-error There is no such field.
    { tutor_profile: { motto: 'x' } },
    // @ts-expect-error There is no such section in the contract.
    { psychologist_profile: {} },
    // @ts-expect-error There is no such format.
    { tutor_profile: { lesson_formats: ['by_mail'] } },
    // @ts-expect-error Lists are replaced as a whole.
    { tutor_profile: { subjects: undefined as string[] | null | undefined } },
  ]
  // @ts-expect-error A setting cannot be cleared.
  const settings: SettingsPatch = { timezone: null }
  const languages: SettingsPatch[] = [{ ui_language: 'uk' }, { ui_language: 'pl' }]
  assert.ok(fitting && misfits && settings && languages)
})

test('a read with ifNoneMatch may give nothing, one without cannot', async () => {
  const { client } = await server.join()
  const { data, etag } = await client.profile.get()
  // @ts-expect-error The role says nothing about the section: it may be null.
  assert.throws(() => data.tutor_profile.headline)
  const again = await client.profile.get({ ifNoneMatch: etag })
  // @ts-expect-error Perhaps undefined.
  assert.throws(() => again.data)
  // @ts-expect-error Other installations may have other types, but not this one.
  assert.notEqual(data.profile_type, 'organization' satisfies typeof data.profile_type)
})

test('the sections of own profile types are typed by name', async () => {
  const { token } = await server.join({ role: 'psychologist' })
  const client = createClient<{ psychologist_profile: PsychologistProfile }>({
    baseUrl: server.baseUrl,
    token,
  })
  const { data } = await client.profile.patch({
    psychologist_profile: { approach: 'Listening', licence_year: 2012, bio: undefined },
  })
  assert.equal(data.profile_type satisfies 'tutor' | 'student' | 'psychologist', 'psychologist')
  assert.equal(data.psychologist_profile?.approach, 'Listening')
  assert.equal(data.tutor_profile?.headline, undefined)
  const cleared = await client.profile.patch({ psychologist_profile: { licence_year: null } })
  assert.equal(cleared.data.psychologist_profile?.licence_year, null)
  // @ts-expect-error The approach is text.
  await assert.rejects(client.profile.patch({ psychologist_profile: { approach: null } }))
})

test('what strangers see has the public fields of the types, those of own types perhaps', async () => {
  const { client, userId } = await server.join({ role: 'tutor' })
  const picture = new Blob([new Uint8Array(await noise(32))], { type: 'image/png' })
  await client.avatar.upload(picture)
  await client.profile.patch({
    settings: { privacy_public_profile: true },
    tutor_profile: { headline: 'Algebra', subjects: ['algebra'] },
  })
  const anybody = createClient<{ psychologist_profile: PsychologistProfile }>({ baseUrl: server.baseUrl })
  const { data, etag } = await anybody.people.get(userId)
  assert.equal(data.tutor_profile?.headline satisfies string | undefined, 'Algebra')
  assert.equal(data.psychologist_profile?.approach satisfies string | undefined, undefined)
  assert.equal(data.profile_type satisfies 'tutor' | 'student' | 'psychologist', 'tutor')
  // @ts-expect-error Strangers see no e-mail,
  assert.equal(data.user, undefined)
  // @ts-expect-error and of a student no goals.
  assert.equal(data.student_profile?.learning_goals, undefined)
  const again = await anybody.people.get(userId, { ifNoneMatch: etag })
  // @ts-expect-error Perhaps undefined.
  assert.throws(() => again.data)
})

test('a form drawn from the catalogue reads and writes sections that nobody named', async () => {
  const { token } = await server.join({ role: 'psychologist' })
  const client = createClient<AnySections>({ baseUrl: server.baseUrl, token })
  const { data: types } = await client.catalogues.profileTypes()
  const type = types.find(({ name }) => name === 'psychologist')
  assert.ok(type)
  const { data } = await client.profile.patch({ [type.section]: { approach: 'Listening' } })
  assert.equal(data[type.section]?.['approach'], 'Listening')
})

test('what the sign-in takes may name undefined where it may be left out', () => {
  const fitting: (SignInInput | SignUpInput | ChangePasswordInput)[] = [
    { email: 'alex@example.com', password: 'x', rememberMe: undefined },
    { name: 'Alex', email: 'alex@example.com', password: 'x', role: undefined, callbackURL: undefined },
    { name: 'Alex', email: 'alex@example.com', password: 'x', role: 'psychologist' },
    { currentPassword: 'x', newPassword: 'y', revokeOtherSessions: undefined },
  ]
  // @ts-expect-error An e-mail is needed,
  const withoutEmail: SignInInput = { email: undefined, password: 'x' }
  // @ts-expect-error and nobody can say that it is verified.
  const verified: SignUpInput = { name: 'A', email: 'a@example.com', password: 'x', emailVerified: true }
  assert.ok(fitting && withoutEmail && verified)
})
