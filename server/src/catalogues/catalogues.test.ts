import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import type { Labels } from '../http/schemas.ts'
import { tutor } from '../profile-types/types/tutor.ts'
import { presentLanguages } from './languages.ts'
import { checkSubjects, defaultSubjects, type Subject } from './subjects.ts'
import type { TimeZone } from '../time-zones.ts'
import { WIDGETS } from '../profile-types/fields.ts'

const app = await useTestApp()
const urls = ['/api/profile-types/', '/api/subjects/', '/api/languages/', '/api/timezones/']

for (const url of urls) {
  test(`${url} is a bare array that anybody may read and any cache may keep`, async () => {
    const answer = await app.send('GET', url)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'public, max-age=3600')
    assert.ok(Array.isArray(answer.json()) && answer.json().length > 0)
    assert.equal((await app.send('GET', url.slice(0, -1))).body, answer.body)

    const tag = String(answer.headers['etag'])
    for (const header of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await app.send('GET', url, { headers: { 'if-none-match': header } })
      assert.deepEqual([again.statusCode, again.body, again.headers['etag']], [304, '', tag])
      assert.equal(again.headers['cache-control'], 'public, max-age=3600')
    }
    assert.equal((await app.send('GET', url, { headers: { 'if-none-match': '"other"' } })).statusCode, 200)
  })

  test(`${url} has no parameters and no other methods`, async () => {
    const answer = await app.send('GET', `${url}?q=1`)
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(
      answer.json().errors.map(({ field, code }: { field: string; code: string }) => [field, code]),
      [['q', 'unknown_parameter']],
    )
    const refusal = await app.send('POST', url, { body: [] })
    assert.deepEqual([refusal.statusCode, refusal.headers['allow']], [405, 'GET, HEAD'])
  })
}

test('the time zones hold the old names and the new ones', async () => {
  const zones = (await app.send('GET', '/api/timezones/')).json<TimeZone[]>()
  assert.ok(zones.length >= 590)
  const kiev = zones.find(({ name }) => name === 'Europe/Kiev')
  assert.equal(kiev?.canonical, 'Europe/Kyiv')
  assert.match(kiev.offset, /^\+0[23]:00$/)
})

test('every zone that is listed can be chosen', async () => {
  const { token } = await app.person()
  for (const timezone of [
    'Europe/Kiev',
    'US/Eastern',
    'Etc/GMT+12',
    'Factory',
    'America/Argentina/ComodRivadavia',
    'UTC',
  ]) {
    const answer = await app.send('PATCH', '/api/me/settings/', { token, body: { timezone } })
    assert.equal(answer.statusCode, 200, timezone)
    assert.equal(answer.json().timezone, timezone)
  }
})

test('languages are called by their own names', () => {
  assert.deepEqual(presentLanguages(['uk', 'en', 'pl', 'zh-Hant']), [
    { code: 'uk', label: 'Українська' },
    { code: 'en', label: 'English' },
    { code: 'pl', label: 'Polski' },
    { code: 'zh-Hant', label: '繁體中文' },
  ])
})

test('about forty subjects have a slug and a label in each language', () => {
  assert.ok(defaultSubjects.length >= 35 && defaultSubjects.length <= 60)
  assert.equal(checkSubjects(defaultSubjects), defaultSubjects)
  assert.ok(defaultSubjects.filter((one) => one.popular).length >= 8)
  for (const { slug, labels, synonyms = [] } of defaultSubjects) {
    assert.equal(new Set(synonyms.map((word) => word.toLowerCase())).size, synonyms.length, slug)
    for (const word of synonyms) assert.ok(!Object.values(labels).includes(word), `${slug}: ${word}`)
    assert.match(labels.uk, /^[А-ЯЇІЄҐ][а-яїієґ' А-Я]+$/u, slug)
    assert.match(labels.en, /^[A-Z][A-Za-z ]+$/, slug)
  }
  for (const language of ['uk', 'en'] as const) {
    assert.equal(new Set(defaultSubjects.map(({ labels }) => labels[language])).size, defaultSubjects.length)
  }
})

test('a host brings subjects of its own, which are then the only ones; a faulty catalogue stops the start', async (t) => {
  const own = [{ slug: 'yoga', labels: { uk: 'Йога', en: 'Yoga' } }]
  const { send, person } = await useTestApp({ subjects: own }, t)
  assert.deepEqual(
    (await send('GET', '/api/subjects/')).json(),
    own.map((one) => ({ ...one, synonyms: [], popular: false })),
  )
  const { token } = await person({ role: 'tutor' })
  const patch = (subjects: string[]) =>
    send('PATCH', '/api/me/profile/', { token, body: { tutor_profile: { subjects } } })
  assert.equal((await patch(['yoga'])).statusCode, 200)
  assert.equal((await patch(['law'])).json().errors[0].code, 'unknown_value')

  const labels = { uk: 'Х', en: 'X' }
  for (const slug of ['', 'Law', 'a b', 'a--b', '-a', 'а', 'x'.repeat(51)]) {
    assert.throws(() => checkSubjects([{ slug, labels }]), TypeError, slug)
  }
  assert.throws(() => checkSubjects([...own, ...own]), TypeError)
  for (const synonyms of [[''], [' '], ['x'.repeat(101)], Array.from({ length: 51 }, (_, i) => `${i}`)]) {
    assert.throws(
      () => checkSubjects([{ slug: 'law', labels, synonyms }]),
      /"law": it has at most 50 synonyms/,
    )
  }
})

test('a slug that was ever in the catalogue stays, and each subject has the words that people know it by', async () => {
  const subjects = (await app.send('GET', '/api/subjects/')).json<Required<Subject>[]>()
  const slugs = new Set(subjects.map(({ slug }) => slug))
  for (const slug of FIRST_SLUGS) assert.ok(slugs.has(slug), slug)
  const words: Record<string, string> = {
    ЗНО: 'exam-preparation',
    НМТ: 'exam-preparation',
    матан: 'mathematics',
    IELTS: 'english',
    TOEFL: 'english',
    Python: 'programming',
    JavaScript: 'programming',
    'укр мова': 'ukrainian',
  }
  for (const [word, slug] of Object.entries(words))
    assert.ok(subjects.find((one) => one.slug === slug)?.synonyms.includes(word), word)
  const labels = new Set(subjects.map((one) => one.labels.uk))
  for (const label of ['Підготовка до школи', 'Шахи', 'Плавання']) assert.ok(labels.has(label), label)
})

/** Those of the first release: profiles store them. */
const FIRST_SLUGS =
  'mathematics algebra geometry statistics physics astronomy chemistry biology ecology geography history ukrainian-history civics law economics philosophy psychology ukrainian ukrainian-literature world-literature english german french spanish italian polish chinese japanese latin computer-science programming web-development data-analysis graphic-design drawing music piano guitar vocals accounting marketing exam-preparation primary-school speech-therapy'.split(
    ' ',
  )

type FieldSchema = Record<string, unknown> & {
  'x-labels'?: Labels
  'x-options'?: Record<string, Labels>
  items?: { enum?: string[] }
}
type ListedType = {
  name: string
  section: string
  labels: Labels
  schema: { properties: Record<string, FieldSchema> }
}

test('profile types tell a form all that it needs', async () => {
  const types = (await app.send('GET', '/api/profile-types/')).json<ListedType[]>()
  assert.deepEqual(
    types.map(({ name, section }) => [name, section]),
    [
      ['tutor', 'tutor_profile'],
      ['student', 'student_profile'],
    ],
  )
  for (const { schema, labels } of types) {
    assert.ok(labels.uk && labels.en)
    for (const field of Object.values(schema.properties)) {
      assert.ok(field['x-labels']?.uk && field['x-labels'].en && field['x-widget'])
      if (field['x-widget'] !== 'choices') continue
      assert.deepEqual(Object.keys(field['x-options'] ?? {}), field.items?.enum)
      for (const { uk, en } of Object.values(field['x-options'] ?? {})) assert.ok(uk && en)
    }
  }
  assert.deepEqual(types[0]?.schema.properties['lesson_formats']?.['x-options'], {
    online: { uk: 'Онлайн', en: 'Online' },
    in_person: { uk: 'Очно', en: 'In person' },
  })
})

test('a form can say which fields strangers see', async () => {
  const types = (await app.send('GET', '/api/profile-types/')).json<ListedType[]>()
  const fields = (name: string, isPublic: true | undefined) =>
    Object.entries(types.find((type) => type.name === name)?.schema.properties ?? {})
      .filter(([, schema]) => schema['x-public'] === isPublic)
      .map(([field]) => field)
  assert.deepEqual(fields('tutor', true), tutor.publicFields)
  assert.deepEqual(fields('tutor', undefined), [])
  assert.deepEqual(fields('student', true), ['headline', 'bio', 'subjects'])
  assert.deepEqual(fields('student', undefined), ['grade', 'learning_goals'])
})

test('docs/profile-types.md explains every annotation and every widget', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/profile-types.md'), 'utf8')
  const types = (await app.send('GET', '/api/profile-types/')).json<ListedType[]>()
  for (const field of types.flatMap(({ schema }) => Object.values(schema.properties))) {
    for (const name of Object.keys(field).filter((key) => key.startsWith('x-')))
      assert.ok(page.includes(`| \`${name}\``), name)
  }
  const [, table = ''] = page.split('| widget ')
  const rows = table.split('\n\n', 1)[0] ?? ''
  const widgets = [...rows.matchAll(/^\| `([a-z]+)`/gm)].map(([, name]) => name)
  assert.deepEqual(new Set(widgets), new Set(WIDGETS))
})
