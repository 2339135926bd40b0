import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  changesOf,
  emptyDraft,
  patchOf,
  rebase,
  resolve,
  valueAt,
  withValue,
  without,
  type Draft,
} from './draft.ts'

const before = {
  user: { first_name: 'Alex', last_name: 'Koval' },
  tutor_profile: { headline: 'One', subjects: ['algebra'], experience_years: null },
  student_profile: null,
}
const edits = (entries: Record<string, unknown>): Draft => new Map(Object.entries(entries))

test('the form shows what was edited, else what is stored', () => {
  const draft = withValue(emptyDraft, 'tutor_profile.headline', '')
  assert.equal(valueAt(before, draft, 'tutor_profile.headline'), '')
  assert.equal(valueAt(before, draft, 'user.first_name'), 'Alex')
  assert.equal(valueAt(before, draft, 'student_profile.grade'), undefined)
})

test('only what the server would see as a change is one', () => {
  const draft = edits({
    'user.first_name': ' Alex ',
    'user.last_name': 'Kovalenko',
    'tutor_profile.subjects': ['algebra'],
    'tutor_profile.experience_years': 0,
  })
  assert.deepEqual([...changesOf(before, draft).keys()], ['user.last_name', 'tutor_profile.experience_years'])
  assert.deepEqual(patchOf(changesOf(before, draft)), {
    user: { last_name: 'Kovalenko' },
    tutor_profile: { experience_years: 0 },
  })
})

test('what is typed while something is being saved is still there afterwards', () => {
  const draft = edits({
    'user.first_name': 'Oleksandr ',
    'user.last_name': 'Kov',
    'tutor_profile.headline': 'Two',
  })
  const saved = edits({ 'user.first_name': 'Oleksandr', 'user.last_name': 'K' })
  assert.deepEqual([...without(draft, saved).keys()], ['user.last_name', 'tutor_profile.headline'])
})

describe('a document that was changed elsewhere meanwhile', () => {
  const theirs = {
    ...before,
    user: { first_name: 'Oleksandr', last_name: 'Koval' },
    tutor_profile: { headline: 'Two', subjects: ['algebra', 'physics'], experience_years: null },
  }

  test('leaves alone what they did not touch', () => {
    const { draft, conflicts } = rebase(before, theirs, edits({ 'user.last_name': 'Kovalenko' }))
    assert.deepEqual(conflicts, [])
    assert.deepEqual([...draft], [['user.last_name', 'Kovalenko']])
  })

  test('is no conflict where both did the same', () => {
    const { draft, conflicts } = rebase(before, theirs, edits({ 'user.first_name': 'Oleksandr ' }))
    assert.deepEqual([conflicts, [...draft]], [[], []])
  })

  test('asks about each field that both changed, and keeps theirs of what was not edited', () => {
    const { draft, conflicts } = rebase(
      before,
      theirs,
      edits({ 'tutor_profile.headline': 'Three', 'tutor_profile.subjects': [], 'user.last_name': 'K' }),
    )
    assert.deepEqual(conflicts, [
      { path: 'tutor_profile.headline', before: 'One', mine: 'Three', theirs: 'Two' },
      {
        path: 'tutor_profile.subjects',
        before: ['algebra'],
        mine: [],
        theirs: ['algebra', 'physics'],
      },
    ])
    const chosen = resolve(
      draft,
      new Map([
        ['tutor_profile.headline', 'mine'],
        ['tutor_profile.subjects', 'theirs'],
      ]),
    )
    assert.deepEqual(patchOf(changesOf(theirs, chosen)), {
      tutor_profile: { headline: 'Three' },
      user: { last_name: 'K' },
    })
  })

  test('asks nothing about an edit that was taken back', () => {
    const { conflicts } = rebase(before, theirs, edits({ 'user.first_name': 'Alex' }))
    assert.deepEqual(conflicts, [])
  })
})
