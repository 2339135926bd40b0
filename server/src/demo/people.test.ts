import { createRoles } from '../profile-types/roles.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultSubjects } from '../catalogues/subjects.ts'
import { createFormats } from '../profile-types/formats.ts'
import { createValidator } from '../http/validation.ts'
import { createClaimsReader } from '../identity/claims.ts'
import { createPatchReader, needsDocument } from '../document/patch.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { createDocumentSchemas } from '../document/schema.ts'
import { missingOf } from '../profile-types/completeness.ts'
import { student } from '../profile-types/types/student.ts'
import { tutor } from '../profile-types/types/tutor.ts'
import { transliterate } from './names.ts'
import { createPerson } from './people.ts'
import { evenlySpread } from './random.ts'

const uiLanguages = ['uk', 'en']
const newSettings = {
  timezone: 'UTC',
  ui_language: 'uk',
  notifications_enabled: true,
  privacy_public_profile: false,
}
const people = Array.from({ length: 500 }, (_, index) => createPerson(index, { uiLanguages, newSettings }))

const types = createProfileTypes()
const validator = createValidator(createFormats(defaultSubjects))
const reader = createPatchReader(types, createDocumentSchemas(types, uiLanguages), validator)

test('whatever people write about themselves is accepted as a patch, as it is', () => {
  for (const { firstName, lastName, sections, settings, whims } of people) {
    const whole = { user: { first_name: firstName, last_name: lastName }, settings, ...sections }
    for (const patch of [whole, ...whims.map(({ section, fields }) => ({ [section]: fields }))]) {
      const read = reader.read(patch)
      assert.deepEqual(read.errors, [])
      assert.deepEqual(read.changes, patch)
    }
    // Only a null, which clears, has to be judged next to what is stored.
    for (const { section, fields } of whims) assert.ok(!needsDocument(reader.read({ [section]: fields })))
  }
})

test('whatever their tokens say opens an account', () => {
  const claims = createClaimsReader(validator, createRoles(types))
  for (const { email, subject, firstName, lastName, role, isSelfLearning } of people) {
    const said = {
      email,
      given_name: firstName,
      family_name: lastName,
      role,
      is_self_learning: isSelfLearning,
    }
    const caller = {
      issuer: 'local',
      issuerNames: ['local'],
      subject,
      subjectClaim: 'sub',
      scopes: [],
      claims: { sub: subject, ...said },
    }
    assert.equal(claims.subject(caller), subject)
    const person = { email, firstName, lastName, role, profileType: role, isSelfLearning }
    assert.deepEqual(claims.person(caller), person)
  }
})

test('nobody shares an e-mail or a subject, and every whim would change something', () => {
  assert.equal(new Set(people.map(({ email }) => email)).size, people.length)
  assert.equal(new Set(people.map(({ subject }) => subject)).size, people.length)
  for (const { settings, sections, whims } of people) {
    assert.notDeepEqual(settings, newSettings)
    for (const { section, fields } of whims) {
      const current = section === 'settings' ? settings : sections[section]
      for (const [name, value] of Object.entries(fields)) {
        assert.notDeepEqual((current as Record<string, unknown>)[name], value)
      }
    }
  }
})

test('three in five teach, some of them learn too, and some are public', () => {
  const tutors = people.filter(({ role }) => role === 'tutor')
  assert.equal(tutors.length, 300)
  assert.ok(people.slice(0, 20).some(({ sections }) => Object.keys(sections).length === 2))
  const open = people.filter(({ settings }) => settings.privacy_public_profile).length
  assert.ok(open > 150 && open < 300, String(open))
})

test('those who are public have what their type requires, and a tutor without a photo is not public', () => {
  for (const { role, firstName, lastName, sections, settings } of people) {
    if (!settings.privacy_public_profile) continue
    const type = role === 'tutor' ? tutor : student
    const fields = sections[type.section] ?? {}
    assert.deepEqual(missingOf(type, { photo: true, first_name: firstName, last_name: lastName, fields }), [])
  }
  const options = { uiLanguages, newSettings, hasPhoto: (index: number) => index < 100 }
  for (const [index, { role, sections, settings }] of people.entries()) {
    const person = createPerson(index, options)
    assert.deepEqual(person.sections, sections)
    const isPublic = settings.privacy_public_profile && (index < 100 || role === 'student')
    assert.equal(person.settings.privacy_public_profile, isPublic)
    assert.notDeepEqual(person.settings, newSettings)
  }
})

test('names are spelt in Latin as the national standard has it', () => {
  const cases = {
    Євгенія: 'yevheniia',
    Їжак: 'yizhak',
    Юрій: 'yurii',
    Згурський: 'zghurskyi',
    Ілля: 'illia',
    "O'Connor": 'oconnor',
    Łukasz: 'lukasz',
    Yıldız: 'yildiz',
    Núñez: 'nunez',
  }
  for (const [name, latin] of Object.entries(cases)) assert.equal(transliterate(name), latin)
})

test('any first part of the spread is even', () => {
  assert.deepEqual([0, 1, 2, 3, 4].map(evenlySpread), [0, 0.5, 0.25, 0.75, 0.125])
  const slots = new Set(Array.from({ length: 512 }, (_, index) => evenlySpread(index) * 512))
  assert.equal(slots.size, 512)
})
