import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { emptyDraft, type Draft } from './draft.ts'
import { keptDraft, restored } from './kept-draft.ts'

const stored = {
  user: { first_name: 'Alex', last_name: 'Koval' },
  tutor_profile: { headline: 'One', subjects: ['algebra'], experience_years: null, hourly_rate: null },
}
const version = (number: number, data = stored) => ({ version: number, etag: `"${number}"`, data })
const fields = new Map([
  ['user.first_name', { type: 'string' as const }],
  ['tutor_profile.headline', { type: ['string' as const, 'null' as const] }],
  ['tutor_profile.subjects', { type: 'array' as const }],
  ['tutor_profile.experience_years', { type: ['integer' as const, 'null' as const] }],
  ['tutor_profile.hourly_rate', { type: 'object' as const, properties: { amount: {}, currency: {} } }],
])
const edits = (entries: Record<string, unknown>): Draft => new Map(Object.entries(entries))

/** What comes back of a draft of version 1, through the JSON that the browser keeps. */
const back = (draft: Draft, latest = version(1)) =>
  restored(JSON.parse(JSON.stringify(keptDraft(version(1), draft))), latest, fields)

test('what was typed comes back as it was typed', () => {
  const draft = edits({
    'user.first_name': ' Oleksandr ',
    'tutor_profile.subjects': [],
    'tutor_profile.experience_years': 'ten',
    'tutor_profile.hourly_rate': { amount: '350', currency: 'UAH' },
  })
  assert.deepEqual(back(draft), { base: version(1), draft })
})

describe('the document has a newer version', () => {
  const newer = (headline: string) =>
    version(3, { ...stored, tutor_profile: { ...stored.tutor_profile, headline, subjects: [] } })

  test('in other fields: the draft goes on from it', () => {
    const draft = edits({ 'user.first_name': 'Oleksandr' })
    assert.deepEqual(back(draft, newer('One')), { base: newer('One'), draft })
  })

  test('in the same field: the draft stays with its version, so that saving it asks', () => {
    const draft = edits({ 'tutor_profile.headline': 'Mine' })
    const { base } = back(draft, newer('Theirs')) ?? assert.fail('nothing was restored')
    assert.deepEqual([base.version, base.etag, base.data.tutor_profile.headline], [1, '"1"', 'One'])
  })

  test('in the same field and to the same value: nothing is left to save', () => {
    assert.equal(back(edits({ 'tutor_profile.headline': 'Same' }), newer('Same')), undefined)
  })
})

test('a field that the form does not have, or that holds something else now, is left out', () => {
  const draft = edits({
    'tutor_profile.gone': 'x',
    '__proto__.headline': 'x',
    'tutor_profile.subjects': 'algebra',
    'tutor_profile.hourly_rate': { amount: ['1'] },
    'tutor_profile.headline': 'Two',
  })
  assert.deepEqual(back(draft)?.draft, edits({ 'tutor_profile.headline': 'Two' }))
  assert.equal(back(emptyDraft), undefined)
})

for (const broken of [null, undefined, 1, 'x', [], {}, { version: 1, edits: [['a', 1]] }]) {
  test(`${JSON.stringify(broken)} is no draft`, () => {
    assert.equal(restored(broken, version(1), fields), undefined)
  })
}
