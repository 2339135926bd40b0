import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changesOf } from './changes.ts'
import { orderedChanges, viewChange } from './change-view.ts'
import { testNames } from './test-names.ts'

const names = { uk: testNames('uk'), en: testNames('en') }
const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value).replaceAll(/[\u00a0\u202f]/g, ' ')) as unknown

function view(section: string, field: string, before: unknown, after: unknown, language: 'uk' | 'en' = 'en') {
  return plain(viewChange({ section, field, before, after }, names[language]))
}

describe('what changed', () => {
  test('in the profile, by section and field', () => {
    const metadata = {
      changes: {
        user: { old: { first_name: 'A' }, new: { first_name: 'B' } },
        tutor_profile: { old: { bio: '' }, new: { bio: 'x', grade: 1 } },
      },
    }
    assert.deepEqual(changesOf({ action: 'profile.updated', metadata }), [
      { section: 'user', field: 'first_name', before: 'A', after: 'B' },
      { section: 'tutor_profile', field: 'bio', before: '', after: 'x' },
      { section: 'tutor_profile', field: 'grade', before: undefined, after: 1 },
    ])
  })

  test('in the settings', () => {
    const metadata = { before: { timezone: 'UTC' }, after: { timezone: 'Europe/Kyiv' } }
    assert.deepEqual(changesOf({ action: 'settings.updated', metadata }), [
      { section: 'settings', field: 'timezone', before: 'UTC', after: 'Europe/Kyiv' },
    ])
  })

  test('is told in the order of a form, whatever order the database gives', () => {
    const metadata = {
      changes: {
        tutor_profile: { old: {}, new: { bio: 'x', zeal: 1, headline: 'x' } },
        user: { old: {}, new: { last_name: 'B', first_name: 'B' } },
      },
    }
    assert.deepEqual(
      orderedChanges({ action: 'profile.updated', metadata }, names.en).map(({ field }) => field),
      ['first_name', 'last_name', 'headline', 'bio', 'zeal'],
    )
  })

  test('is nothing where an entry does not say it, or says something else', () => {
    for (const metadata of [{}, { changes: null }, { changes: [1] }, { changes: { user: 'x' } }]) {
      assert.deepEqual(changesOf({ action: 'profile.updated', metadata }), [])
    }
    assert.deepEqual(changesOf({ action: 'lesson.moved', metadata: { before: { a: 1 } } }), [])
  })
})

describe('values', () => {
  test('are in words', () => {
    assert.deepEqual(view('tutor_profile', 'experience_years', null, 1200), {
      kind: 'values',
      before: '',
      after: '1,200',
    })
    assert.deepEqual(
      view('tutor_profile', 'hourly_rate', null, { amount: '350.50', currency: 'UAH' }, 'uk'),
      { kind: 'values', before: '', after: '350,50 ₴' },
    )
    assert.deepEqual(view('settings', 'notifications_enabled', true, false, 'uk'), {
      kind: 'values',
      before: 'Увімкнено',
      after: 'Вимкнено',
    })
    assert.deepEqual(view('settings', 'ui_language', 'uk', 'en'), {
      kind: 'values',
      before: 'Ukrainian',
      after: 'English',
    })
    assert.deepEqual(view('pilot_profile', 'is_captain', undefined, true), {
      kind: 'values',
      before: '',
      after: 'Yes',
    })
  })
})

describe('texts', () => {
  const long = 'Викладаю математику, і щодня дивуюся, як багато вміють мої учні насправді.'

  test('that are long are compared word by word', () => {
    assert.deepEqual(view('tutor_profile', 'bio', long, long.replace('математику', 'фізику'), 'uk'), {
      kind: 'words',
      pieces: [
        { at: 0, text: 'Викладаю ', change: 'kept' },
        { at: 9, text: 'математику', change: 'removed' },
        { at: 19, text: 'фізику', change: 'added' },
        { at: 25, text: ', і щодня дивуюся, як багато вміють мої учні насправді.', change: 'kept' },
      ],
    })
  })

  test('that were short, empty or written anew stand one after the other', () => {
    assert.deepEqual(view('tutor_profile', 'headline', 'One two', 'One three'), {
      kind: 'values',
      before: 'One two',
      after: 'One three',
    })
    assert.deepEqual(view('tutor_profile', 'bio', '', long), { kind: 'texts', before: '', after: long })
    const other = 'Something else entirely, of which nothing at all was in the text before it.'
    assert.deepEqual(view('tutor_profile', 'bio', long, other), {
      kind: 'texts',
      before: long,
      after: other,
    })
  })
})

describe('lists', () => {
  test('say what came, what went and what stayed', () => {
    assert.deepEqual(
      view('tutor_profile', 'subjects', ['algebra', 'alchemy'], ['physics', 'algebra'], 'uk'),
      {
        kind: 'items',
        isReordered: false,
        items: [
          { text: 'Фізика', change: 'added' },
          { text: 'Алгебра', change: 'kept' },
          { text: 'alchemy', change: 'removed' },
        ],
      },
    )
  })

  test('name choices and languages', () => {
    assert.deepEqual(view('tutor_profile', 'lesson_formats', [], ['online', 'by_letter'], 'uk'), {
      kind: 'items',
      isReordered: false,
      items: [
        { text: 'Онлайн', change: 'added' },
        { text: 'by_letter', change: 'added' },
      ],
    })
    assert.deepEqual(view('tutor_profile', 'languages', undefined, ['en-GB']), {
      kind: 'items',
      isReordered: false,
      items: [{ text: 'British English', change: 'added' }],
    })
  })

  test('can be the same in another order', () => {
    assert.deepEqual(view('student_profile', 'subjects', ['algebra', 'physics'], ['physics', 'algebra']), {
      kind: 'items',
      isReordered: true,
      items: [
        { text: 'Physics', change: 'kept' },
        { text: 'Algebra', change: 'kept' },
      ],
    })
  })

  test('emptied show what was there', () => {
    assert.deepEqual(view('student_profile', 'subjects', ['algebra'], []), {
      kind: 'items',
      isReordered: false,
      items: [{ text: 'Algebra', change: 'removed' }],
    })
  })
})
