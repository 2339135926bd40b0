import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { uploadPicture } from '../../test/publish.ts'
import { useTestApp, type Answer, type Person } from '../../test/test-app.ts'
import { statements } from '../database/database.ts'
import type { PublicProfile } from '../directory/present.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { bodyOf } from './body.ts'
import { markup } from './html.ts'
import { headOf, titleOf as titleOfView } from './head.ts'
import { viewOf } from './view.ts'
import { setDisabled } from '../accounts/disabled.ts'
import { defineProfileType, integerField, objectField, textField } from '../index.ts'
import { lineField } from '../profile-types/fields.ts'

/** A type that only this host has. */
const guide = defineProfileType({
  name: 'guide',
  labels: { uk: 'Екскурсовод', en: 'Guide' },
  fields: {
    routes: textField(500, { labels: { uk: 'Маршрути', en: 'Routes' } }),
    group: integerField(1, 99, {
      labels: { uk: 'Найбільша група', en: 'Largest group' },
      suffix: { uk: 'осіб', en: 'people' },
    }),
    office: objectField({ city: lineField(80, { labels: { uk: 'Місто', en: 'City' } }) }, 'object', {
      labels: { uk: 'Кабінет', en: 'Office' },
    }),
    phone: lineField(50, { labels: { uk: 'Телефон', en: 'Phone' } }),
  },
  publicFields: ['headline', 'routes', 'group', 'office'],
  searchableFields: ['headline'],
})

const app = await useTestApp({
  env: { PUBLIC_URL: 'https://upm.example' },
  profileTypes: [guide],
})

const open = (id: number | string, headers: Record<string, string> = {}) =>
  app.send('GET', `/people/${id}`, { headers: { 'accept-language': 'uk', ...headers } })

async function patch({ token }: Pick<Person, 'token'>, body: object): Promise<void> {
  const answer = await app.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(answer.statusCode, 200, answer.body)
}

const PUBLIC = { settings: { privacy_public_profile: true } }

async function tutor(fields: object = {}, names: { given_name?: string; family_name?: string } = {}) {
  const person = await app.person({ role: 'tutor', given_name: 'Анастасія', family_name: 'Бондар', ...names })
  await uploadPicture(app, person)
  await patch(person, { ...PUBLIC, tutor_profile: { ...everything, ...fields } })
  return person
}

const everything = {
  headline: 'Англійська без страху говорити',
  bio: 'Розмовляємо з першої хвилини.\n\nУроки: https://example.com/lessons.',
  subjects: ['english', 'exam-preparation'],
  languages: ['uk', 'en'],
  experience_years: 12,
  hourly_rate: { amount: '450.00', currency: 'UAH' },
  lesson_formats: ['online'],
}

const unescape = (text: string) =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))

/** The attribute `content` of a meta element. */
function meta({ body }: Answer, name: string): string | undefined {
  const [, content] = new RegExp(`<meta (?:name|property)="${name}"\\s+content="([^"]*)"`).exec(body) ?? []
  return content === undefined ? undefined : unescape(content)
}

const titleOf = ({ body }: Answer) => unescape(/<title>([^<]*)<\/title>/.exec(body)?.[1] ?? '')

function dataOf({ body }: Answer, type: string): unknown {
  const [, json = ''] = new RegExp(`<script type="${type}"[^>]*>([^<]*)</script>`).exec(body) ?? []
  return JSON.parse(json)
}

/** What is to be read without script. */
function textOf({ body }: Answer): string {
  const [, main = ''] = /<main>(.*)<\/main>/s.exec(body) ?? []
  return unescape(main.replaceAll(/<span[^>]*aria-hidden[^>]*>[^<]*</g, '<').replaceAll(/<[^>]*>/g, '\n'))
    .replaceAll(/[\u00a0\u202f]/g, ' ')
    .replaceAll(/\s*\n\s*/g, '\n')
    .trim()
}

describe('a public profile', () => {
  test('is said in the head: title, description, address, Open Graph, language', async () => {
    const { userId, token } = await tutor()
    const { body, headers } = await form([{ name: 'avatar', file: await noise(64) }])
    assert.equal((await app.send('POST', '/api/me/avatar/', { token, body, headers })).statusCode, 201)
    const answer = await open(userId)
    const address = `https://upm.example/people/${userId}`
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(answer.headers['content-language'], 'uk')
    assert.match(String(answer.headers['vary']), /accept-language/i)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['x-robots-tag'], undefined)
    assert.equal(titleOf(answer), 'Анастасія Бондар – Англійська без страху говорити')
    assert.match(answer.body, /^<!doctype html>\s*<html lang="uk">/)
    assert.ok(answer.body.includes(`<link rel="canonical" href="${address}" />`))
    const description = meta(answer, 'description') ?? ''
    assert.match(
      description.replaceAll(/\s/g, ' '),
      /^Англійська без страху говорити\. Англійська мова, Підготовка до НМТ\. 450 ₴ за годину\. Розмовляємо/,
    )
    for (const [name, value] of Object.entries({
      'og:type': 'profile',
      'og:title': 'Анастасія Бондар – Англійська без страху говорити',
      'og:description': description,
      'og:url': address,
      'og:locale': 'uk_UA',
      'og:image:type': 'image/webp',
      'og:image:width': '512',
      'og:image:alt': 'Анастасія Бондар',
      'profile:first_name': 'Анастасія',
      'profile:last_name': 'Бондар',
      'twitter:card': 'summary',
    })) {
      assert.equal(meta(answer, name), value, name)
    }
    const image = meta(answer, 'og:image') ?? ''
    assert.match(image, /^https:\/\/upm\.example\/media\/.*-512\.webp$/)
    assert.equal((await app.send('GET', new URL(image).pathname)).statusCode, 200)
    assert.doesNotMatch(answer.body, /noindex|@example\.com/)
  })

  test('is a Person of schema.org', async () => {
    const { userId } = await tutor()
    const address = `https://upm.example/people/${userId}`
    const person = dataOf(await open(userId), 'application/ld\\+json') as Record<string, unknown>
    const { description, image, ...rest } = person
    assert.match(String(description), /^Англійська без страху/)
    assert.match(String(image), /^https:\/\/upm\.example\/media\/avatars\/.+-512\.webp$/)
    assert.deepEqual(rest, {
      '@context': 'https://schema.org',
      '@type': 'Person',
      '@id': address,
      url: address,
      name: 'Анастасія Бондар',
      givenName: 'Анастасія',
      familyName: 'Бондар',
      jobTitle: 'Репетитор',
      knowsLanguage: ['uk', 'en'],
      knowsAbout: ['Англійська мова', 'Підготовка до НМТ'],
      makesOffer: [{ '@type': 'Offer', price: '450.00', priceCurrency: 'UAH' }],
    })
  })

  test('is read without script, in the language that the browser asks for', async () => {
    const { userId } = await tutor()
    assert.equal(
      textOf(await open(userId)),
      [
        'Репетитор',
        'Анастасія Бондар',
        'Англійська без страху говорити',
        'Мови викладання',
        'українська, англійська',
        'Досвід викладання',
        '12 років',
        'Формат занять',
        'Онлайн',
        '450 ₴',
        'за годину',
        'Предмети',
        'Англійська мова',
        'Підготовка до НМТ',
        'Про себе',
        'Розмовляємо з першої хвилини.',
        'Уроки:',
        'https://example.com/lessons',
        '.',
        `https://upm.example/people/${userId}`,
      ].join('\n'),
    )
    const english = await open(userId, { 'accept-language': 'en-US,en;q=0.9,uk;q=0.5' })
    assert.match(english.body, /<html lang="en">/)
    assert.match(textOf(english), /^Tutor\n.*\nTeaching languages\nUkrainian, English\n.*\n12 years\n/s)
    // What nobody has written for.
    assert.match((await open(userId, { 'accept-language': 'fr' })).body, /<html lang="uk">/)
  })

  test('has links in its text, of which nobody vouches', async () => {
    const { userId } = await tutor()
    const { body } = await open(userId)
    assert.ok(
      body.includes('<a href="https://example.com/lessons" target="_blank" rel="nofollow ugc noopener">'),
    )
  })

  test('brings what the script of the page would ask for, and no more', async () => {
    const { userId } = await tutor()
    const answer = await open(userId)
    const asked = await app.send('GET', `/api/profiles/${userId}/`)
    const seed = dataOf(answer, 'application/json') as {
      person: object
      types: { name: string; schema: { properties: object } }[]
      subjects: { slug: string }[]
    }
    assert.deepEqual(seed.person, asked.json())
    assert.deepEqual(
      seed.types.map(({ name, schema }) => [name, Object.keys(schema.properties).length]),
      [['tutor', 7]],
    )
    assert.deepEqual(
      seed.subjects.map(({ slug }) => slug),
      ['english', 'exam-preparation'],
    )
    assert.doesNotMatch(answer.body, /x-values|x-hints|x-example/)
    assert.ok(answer.body.length < 20_000, `${answer.body.length}`)
  })

  test('of a type that only this host has follows its declaration', async () => {
    const person = await app.person({ role: 'guide', given_name: 'Олена', family_name: '' })
    const fields = {
      headline: 'Місто без поспіху',
      routes: 'Поділ\nЛипки',
      group: 12,
      office: { city: 'Київ' },
      phone: '+380440000000',
    }
    await patch(person, { ...PUBLIC, guide_profile: fields })
    const answer = await open(person.userId)
    assert.equal(titleOf(answer), 'Олена – Місто без поспіху')
    assert.equal(
      textOf(answer).split('\nhttps://')[0],
      [
        'Екскурсовод',
        'Олена',
        'Місто без поспіху',
        'Найбільша група',
        '12 осіб',
        'Маршрути',
        'Поділ',
        'Липки',
        'Докладніше',
        'Кабінет',
        'Місто',
        'Київ',
      ].join('\n'),
    )
    assert.ok(!answer.body.includes(fields.phone))
    assert.ok(!answer.body.includes('Телефон'))
  })

  test('that is empty says so', async () => {
    const person = await app.person({ role: 'guide', given_name: 'Іван', family_name: '' })
    await patch(person, PUBLIC)
    const answer = await open(person.userId)
    assert.match(textOf(answer), /^Екскурсовод\nІван\nПрофіль ще заповнюють\.\n/)
    assert.equal(meta(answer, 'description'), undefined)
    assert.equal(meta(answer, 'og:image'), undefined)
  })

  test('answers HEAD, and a slash at the end', async () => {
    const { userId } = await tutor()
    const head = await app.app.inject({ method: 'HEAD', url: `/people/${userId}` })
    assert.equal(head.statusCode, 200)
    assert.equal(head.body, '')
    assert.ok(Number(head.headers['content-length']) > 1000)
    assert.equal((await open(`${userId}/?utm_source=mail`)).statusCode, 200)
    const post = await app.send('POST', `/people/${userId}`, { body: {} })
    assert.deepEqual([post.statusCode, post.headers['allow']], [405, 'GET, HEAD'])
  })
})

describe('what people write', () => {
  const HOSTILE = `</title><script>alert(1)</script>"'&<!--`

  test('ends no element and no attribute, wherever it stands', async () => {
    const plain = await open((await tutor()).userId)
    const { userId } = await tutor(
      { headline: HOSTILE.slice(0, 120), bio: `${HOSTILE} </main></script> https://example.com/"><b>` },
      { given_name: HOSTILE.slice(0, 100), family_name: '${alert}$&`' },
    )
    const answer = await open(userId)
    assert.equal(answer.statusCode, 200)
    for (const part of ['<script', '</script', '</main', '<!--', '<b>', '<title', '</head>'])
      assert.equal(answer.body.split(part).length, plain.body.split(part).length, part)
    assert.ok(titleOf(answer).startsWith(HOSTILE))
    assert.ok(textOf(answer).includes(HOSTILE))
    const linked = dataOf(answer, 'application/ld\\+json') as { givenName: string }
    assert.equal(linked.givenName, HOSTILE)
    const seed = dataOf(answer, 'application/json') as { person: { first_name: string } }
    assert.equal(seed.person.first_name, HOSTILE)
    // Nothing in it could be an attribute that runs, or a style.
    assert.doesNotMatch(answer.body, /<[^>]*\s(?:on\w+|style)=/)
  })

  test('is one line in the title and the description, cut after a word, with whole characters', async () => {
    const { userId } = await tutor({ bio: `Рядок\n\nі ще 👩‍🏫 ${'слово 👩‍👩‍👧‍👦 '.repeat(100)}` })
    const description = meta(await open(userId), 'description') ?? ''
    assert.ok([...description].length <= 200)
    assert.match(description, /Рядок і ще 👩‍🏫 слово.*(?:слово|👩‍👩‍👧‍👦)…$/u)
  })

  test('turns nothing around it: a text from the right has its own direction', async () => {
    const { userId } = await tutor(
      { headline: 'معلم رياضيات', bio: 'مرحبا! أنا معلم.' },
      { given_name: 'مريم', family_name: 'الحسن' },
    )
    const answer = await open(userId)
    assert.equal(titleOf(answer), 'مريم الحسن – معلم رياضيات')
    assert.match(answer.body, /<h1 class="upm-person-name" dir="auto">مريم الحسن<\/h1>/)
    assert.match(answer.body, /<p class="upm-long" dir="auto">مرحبا! أنا معلم\.<\/p>/)
  })
})

describe('where there is nobody to see', () => {
  test('all answers are 404 and one and the same: hidden, disabled, leaving, gone, no number', async () => {
    const hidden = await app.person({ role: 'tutor', given_name: 'Прихована' })
    const disabled = await tutor()
    await setDisabled(app.pool, disabled.userId, true)
    const leaving = await tutor()
    const { token, email: confirm } = leaving
    assert.equal((await app.send('DELETE', '/api/me/', { token, body: { confirm } })).statusCode, 202)
    const answers = await Promise.all(
      [hidden.userId, disabled.userId, leaving.userId, 999_999, 'abc', '0', '1e3', '9'.repeat(40), '%00'].map(
        (id) => open(id),
      ),
    )
    const bodies = answers.map(({ body }) =>
      body.replaceAll(/nonce="[^"]+"/g, '').replaceAll(/style-src[^;]+/g, ''),
    )
    for (const [index, answer] of answers.entries()) {
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(answer.headers['x-robots-tag'], 'noindex')
      assert.equal(bodies[index], bodies[0])
    }
    const [answer] = answers
    assert.ok(answer)
    assert.equal(titleOf(answer), 'Тут немає профілю')
    assert.equal(meta(answer, 'robots'), 'noindex')
    assert.match(answer.body, /<noscript>.*Тут немає профілю.*<\/noscript>/s)
    assert.deepEqual(dataOf(answer, 'application/json'), { person: null, types: [], subjects: [] })
    assert.doesNotMatch(answer.body, /canonical|og:|ld\+json|Прихована/)
  })

  test('it costs one statement, like everything else at this address', async () => {
    const shown = await tutor()
    const hidden = await app.person({ role: 'tutor' })
    for (const [id, expected] of [
      [shown.userId, 1],
      [hidden.userId, 1],
      [999_999, 1],
      ['abc', 0],
    ] as const) {
      let count = 0
      const watch = { start: () => void (count += 1) }
      statements.subscribe(watch as never)
      await open(id)
      statements.unsubscribe(watch as never)
      assert.equal(count, expected, String(id))
    }
  })
})

describe('the page', () => {
  test('counts against the limit, and says in the page that there were too many', async (t) => {
    const limited = await useTestApp({ env: { RATE_LIMIT_PER_MINUTE: '10' } }, t)
    const answers: Answer[] = []
    for (let count = 0; count < 11; count += 1) answers.push(await limited.send('GET', '/people/1'))
    assert.equal(answers[0]?.statusCode, 404)
    const last = answers.at(-1)
    assert.equal(last?.statusCode, 429)
    assert.equal(last.headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(last.headers['x-robots-tag'], 'noindex')
    assert.match(String(last.headers['retry-after']), /^\d+$/)
    // The script asks the API then, which says when to come again.
    assert.doesNotMatch(last.body, /upm-person/)
  })

  test('allows its one style by the nonce, and runs no script but that of files', async () => {
    const { userId } = await tutor()
    const answer = await open(userId)
    const policy = String(answer.headers['content-security-policy'])
    const [, nonce = ''] =
      /<style nonce="([^"]+)">\s*\.upm-person \{\s*--upm-cover: hsl\(\d+ 55% 55%\);/.exec(answer.body) ?? []
    assert.ok(policy.includes(`'nonce-${unescape(nonce)}'`))
    assert.match(policy, /script-src 'self';/)
    const inline = answer.body.match(/<script(?![^>]*\ssrc=)[^>]*>/g)
    assert.deepEqual(inline, [
      '<script type="application/ld+json">',
      '<script type="application/json" id="upm-person">',
    ])
  })

  test('stands under a path, and has no absolute address where none is known', async () => {
    const { userId } = await tutor()
    const profile = (await app.send('GET', `/api/profiles/${userId}/`)).json<PublicProfile>()
    const view = viewOf(profile, 'en', { types: createProfileTypes([guide]), subjects: new Map() })
    const place = {
      origin: 'https://upm.example',
      prefix: '/account',
      brand: 'Lessons & more',
      actionUrl: undefined,
    }
    const mark = markup`<span>Lessons</span>`
    const head = String(headOf(view, place, 'nonce'))
    const body = String(bodyOf(view, place, mark))
    assert.ok(head.includes(`href="https://upm.example/account/people/${userId}"`))
    assert.ok(head.includes('<meta property="og:site_name" content="Lessons &#38; more" />'))
    assert.match(titleOfView(view, place), / · Lessons & more$/)
    assert.ok(body.includes('href="/account/sign-in"'))
    const nowhere = { ...place, origin: undefined, prefix: '' }
    assert.doesNotMatch(String(headOf(view, nowhere, 'nonce')), /canonical|og:url|og:image/)
    assert.ok(String(bodyOf(view, nowhere, mark)).includes(`>/people/${userId}</p>`))
    const inviting = { ...place, actionUrl: 'https://chat.example/new?to={id}&from=page' }
    assert.ok(
      String(bodyOf(view, inviting, mark)).includes(
        `href="https://chat.example/new?to=${userId}&#38;from=page"`,
      ),
    )
  })
})
