import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileType } from '@upm/client'
import { stepsOf } from './completeness.ts'
import { editorSections, isWithin, sectionOf, sectionState } from './sections.ts'

const labels = (text: string) => ({ uk: text, en: text })

function typeOf(name: string): ProfileType {
  return {
    name,
    section: `${name}_profile`,
    labels: labels(name),
    schema: {
      type: 'object',
      properties: {
        slogan: { type: 'string' },
        story: { type: 'string' },
        price: { type: 'object' },
        floor: {},
      },
    },
    version: 1,
    required: ['photo', 'slogan'],
    completeness: [
      { field: 'photo', weight: 1, from: 1 },
      { field: 'slogan', weight: 1, from: 1 },
      { field: 'story', weight: 1, from: 5 },
    ],
    groups: [
      { name: 'about', labels: labels('About'), fields: ['slogan', 'story'] },
      { name: 'terms', labels: labels('Terms'), fields: ['price', 'floor'] },
    ],
  }
}

const tutor = typeOf('tutor')
const sections = editorSections([tutor])

test('the identity comes first, then each group; only several types are told apart', () => {
  assert.deepEqual(
    sections.map(({ id, typeLabels, fields }) => [id, typeLabels, fields.map(({ path }) => path)]),
    [
      ['identity', undefined, ['user.first_name', 'user.last_name']],
      ['tutor_profile.about', undefined, ['tutor_profile.slogan', 'tutor_profile.story']],
      ['tutor_profile.terms', undefined, ['tutor_profile.price', 'tutor_profile.floor']],
    ],
  )
  const [, , , student] = editorSections([tutor, typeOf('student')])
  assert.deepEqual(student?.typeLabels, labels('student'))
})

test('a field, a part of it, and the photo are found in their section', () => {
  const found = (path: string) => sectionOf(sections, path)?.id
  assert.equal(found('photo'), 'identity')
  assert.equal(found('tutor_profile.price.amount'), 'tutor_profile.terms')
  assert.equal(found('tutor_profile.story[2]'), 'tutor_profile.about')
  assert.equal(found('tutor_profile.storyteller'), undefined)
  assert.equal(isWithin('a.b', 'a.b'), true)
})

test('a section is missing something, partly done, ready, or faulty', () => {
  const state = (id: string, slogan: string, story: string, errors: string[] = []) => {
    const document = {
      avatar: null,
      user: {},
      tutor_profile: { slogan, story, price: { amount: '1' }, floor: null },
    }
    const section = sections.find((one) => one.id === id) ?? assert.fail(id)
    return Object.values(sectionState(section, { steps: stepsOf(document, tutor), document, errors }))
  }
  assert.deepEqual(state('identity', '', ''), ['missing', 0, 1])
  assert.deepEqual(state('tutor_profile.about', '', 'a story'), ['missing', 1, 2])
  assert.deepEqual(state('tutor_profile.about', 'S', 'shrt'), ['partial', 1, 2])
  assert.deepEqual(state('tutor_profile.about', 'S', 'a story'), ['ready', 2, 2])
  assert.deepEqual(state('tutor_profile.about', 'S', 'a story', ['tutor_profile.story']), ['error', 2, 2])
  // Nothing of it counts: then it is about what is filled in.
  assert.deepEqual(state('tutor_profile.terms', '', ''), ['partial', 1, 2])
})
