import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOptions, meantOption, nameFoundBy } from './find-options.ts'

const subjects = [
  { value: 'algebra', label: 'Алгебра', otherNames: ['Algebra'] },
  { value: 'web-development', label: 'Веброзробка', otherNames: ['Web development', 'HTML', 'JavaScript'] },
  { value: 'computer-science', label: 'Інформатика', otherNames: ['Computer science'] },
  { value: 'mathematics', label: 'Математика', otherNames: ['Mathematics', 'матан', 'maths'] },
  { value: 'exam-preparation', label: 'Підготовка до НМТ', otherNames: ['Exam preparation', 'ЗНО', 'НМТ'] },
  { value: 'preschool', label: 'Підготовка до школи', otherNames: ['Preschool preparation'] },
  { value: 'applied-maths', label: 'Прикладна математика' },
  {
    value: 'programming',
    label: 'Програмування',
    otherNames: ['Programming', 'JavaScript', 'C++', 'Python'],
  },
  { value: 'ukrainian', label: 'Українська мова', otherNames: ['Ukrainian'] },
  { value: 'spanish', label: 'Іспанська мова', otherNames: ['Spanish', 'español'] },
]
const languages = [
  { value: 'en', label: 'Англійська' },
  { value: 'en-GB', label: 'Британська англійська' },
  { value: 'hy', label: 'Вірменська' },
]

const values = (found: { value: string }[]) => found.map(({ value }) => value)
const find = (search: string) => values(findOptions(subjects, search))

test('names that begin with the text come first, then words, then the rest', () => {
  assert.deepEqual(find(' Мат '), ['mathematics', 'applied-maths', 'computer-science'])
  assert.deepEqual(values(findOptions(languages, 'англ')), ['en', 'en-GB'])
})

test('the value itself comes before all', () => {
  assert.deepEqual(values(findOptions(languages.toReversed(), 'EN')), ['en', 'en-GB'])
})

test('without a text there are all, in their order', () => {
  assert.deepEqual(find('  '), values(subjects))
})

test('an option is found by its name in another language and by its synonyms', () => {
  assert.deepEqual(find('матан'), ['mathematics'])
  assert.deepEqual(find('ЗНО'), ['exam-preparation'])
  assert.deepEqual(find('python'), ['programming'])
  assert.deepEqual(find('c++'), ['programming'])
  assert.deepEqual(find('JavaScript'), ['web-development', 'programming'])
  assert.deepEqual(find('math'), ['mathematics', 'applied-maths'])
  assert.deepEqual(find('espanol'), ['spanish'], 'without the accent')
})

test('each word of the text begins a word of the name, in this order', () => {
  assert.deepEqual(find('укр мова'), ['ukrainian'])
  assert.deepEqual(find('підг шк'), ['preschool'])
  assert.deepEqual(find('мова укр'), [])
  assert.deepEqual(find('exam prep'), ['exam-preparation'])
})

test('a name in the label comes before the same in another name', () => {
  const options = [
    { value: 'a', label: 'Перша', otherNames: ['спорт'] },
    { value: 'b', label: 'Спорт' },
  ]
  assert.deepEqual(values(findOptions(options, 'спорт')), ['b', 'a'])
  assert.equal(meantOption(options, 'спорт')?.value, 'b')
})

test('apostrophes are all the same, and letters with a mark of their own are not', () => {
  const options = [
    { value: 'a', label: 'М’яч' },
    { value: 'b', label: 'Їжа' },
  ]
  for (const search of ["м'яч", 'мʼяч', 'м’яч']) assert.deepEqual(values(findOptions(options, search)), ['a'])
  assert.deepEqual(values(findOptions(options, 'іжа')), [])
})

test('an option that is found by another name says by which', () => {
  const by = (value: string, search: string) =>
    nameFoundBy(subjects.find((one) => one.value === value) ?? assert.fail(), search)
  assert.equal(by('exam-preparation', 'зно'), 'ЗНО')
  assert.equal(by('exam-preparation', 'НМТ'), undefined, 'the label has it')
  assert.equal(by('mathematics', 'math'), 'Mathematics')
  assert.equal(by('mathematics', 'maths'), 'maths')
  assert.equal(by('mathematics', ''), undefined)
})

test('a text stands for the option of this name or value, or for the only one that has it', () => {
  assert.equal(meantOption(subjects, 'математика ')?.value, 'mathematics')
  assert.equal(meantOption(languages, 'en-gb')?.value, 'en-GB')
  assert.equal(meantOption(subjects, 'алг')?.value, 'algebra')
  assert.equal(meantOption(subjects, 'зно')?.value, 'exam-preparation')
  assert.equal(meantOption(subjects, 'JavaScript'), undefined, 'two are called so')
  assert.equal(meantOption(subjects, 'мат'), undefined)
  assert.equal(meantOption(subjects, 'шахи'), undefined)
  assert.equal(meantOption(subjects, ' '), undefined)
})
