import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOptions, meantOption } from './find-options.ts'

const subjects = [
  { value: 'algebra', label: 'Алгебра' },
  { value: 'computer_science', label: 'Інформатика' },
  { value: 'mathematics', label: 'Математика' },
  { value: 'applied_maths', label: 'Прикладна математика' },
]
const languages = [
  { value: 'en', label: 'Англійська' },
  { value: 'en-GB', label: 'Британська англійська' },
  { value: 'hy', label: 'Вірменська' },
]

const values = (found: { value: string }[]) => found.map(({ value }) => value)

test('names that begin with the text come first, then words, then the rest', () => {
  assert.deepEqual(values(findOptions(subjects, ' Мат ')), [
    'mathematics',
    'applied_maths',
    'computer_science',
  ])
  assert.deepEqual(values(findOptions(languages, 'англ')), ['en', 'en-GB'])
})

test('the value itself comes before all', () => {
  assert.deepEqual(values(findOptions(languages.toReversed(), 'EN')), ['en', 'en-GB'])
})

test('without a text there are all, in their order', () => {
  assert.deepEqual(values(findOptions(subjects, '  ')), values(subjects))
})

test('a text stands for the option of this name or value, or for the only one that has it', () => {
  assert.equal(meantOption(subjects, 'математика ')?.value, 'mathematics')
  assert.equal(meantOption(languages, 'en-gb')?.value, 'en-GB')
  assert.equal(meantOption(subjects, 'алг')?.value, 'algebra')
  assert.equal(meantOption(subjects, 'мат'), undefined)
  assert.equal(meantOption(subjects, 'шахи'), undefined)
  assert.equal(meantOption(subjects, ' '), undefined)
})
