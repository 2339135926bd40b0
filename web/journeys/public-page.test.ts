/** The public page of somebody: before its script, without it, and when it has come. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createPerson } from '../../server/src/demo/people.ts'
import { drawPortrait } from '../../server/src/demo/portrait.ts'
import { form } from '../../server/test/form.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([
  openBrowser(),
  startSite({
    env: { BRAND_NAME: 'Репетитор+', PROFILE_ACTION_URL: 'https://chat.example/new?to={id}' },
  }),
])

const fields = {
  headline: 'Англійська без страху говорити',
  bio: 'Розмовляємо з першої хвилини: статті, подкасти й рольові ігри.\n\nУроки: https://example.com/lessons.',
  subjects: ['english', 'exam-preparation', 'world-literature'],
  languages: ['uk', 'en'],
  experience_years: 12,
  hourly_rate: { amount: '450.00', currency: 'UAH' },
  lesson_formats: ['online', 'in_person'],
}
const tutor = await site.join({ name: 'Анастасія Бондар' })
const portrait = await drawPortrait(createPerson(3, { uiLanguages: ['uk'], newSettings: settings() }))
const { body, headers } = await form([{ name: 'avatar', file: portrait }])
assert.equal(
  (await site.send('POST', '/api/me/avatar/', { token: tutor.token, body, headers })).statusCode,
  201,
)
const answer = await site.send('PATCH', '/api/me/profile/', {
  token: tutor.token,
  body: { tutor_profile: fields, settings: { privacy_public_profile: true } },
})
assert.equal(answer.statusCode, 200, answer.body)

function settings() {
  return {
    timezone: 'Europe/Kyiv',
    ui_language: 'uk',
    notifications_enabled: true,
    privacy_public_profile: true,
  }
}

const path = `people/${tutor.userId}`

const share = (page: Page) => page.getByRole('button', { name: /Поділитися|Share/ })

/** What is to be read, without what only the script can do. */
const textOf = (page: Page) =>
  page
    .locator('.upm-profile')
    .innerText()
    .then((text) => text.replace(/\n(?:Поділитися|Share)/, '').replaceAll(/\s+/g, ' '))

/** Opens the page with its scripts held back; `run` lets them come. */
async function openHeld(t: OwnTest, options: PageOptions = {}) {
  const page = await browser.openPage(t, site, options)
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route('**/assets/*.js', async (route) => {
    await promise
    await route.continue()
  })
  await page.goto(path, { waitUntil: 'commit' })
  await page.locator('.upm-print-address').waitFor({ state: 'attached' })
  return { page, run: resolve }
}

const places = (page: Page) =>
  page.evaluate(() =>
    [
      'h1',
      '.upm-person-picture',
      '.upm-facts',
      '.upm-profile-offer',
      '.upm-price',
      '.upm-block:last-child',
    ].map((selector) => {
      const { x, y, width, height } =
        document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect()
      return `${selector} ${[x, y, width, height].map(Math.round).join(' ')}`
    }),
  )

for (const [viewport, language] of [
  ['desktop', 'uk'],
  ['phone', 'en'],
] as const) {
  test(`the HTML shows on a ${viewport} what the script draws, at the same places, and asks for nothing`, async (t) => {
    const { page, run } = await openHeld(t, { viewport, language })
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (pathname.startsWith('/api/')) asked.push(pathname)
    })
    await page.waitForFunction(() => {
      const profile = document.querySelector('.upm-profile')
      return profile && getComputedStyle(profile).display === 'grid'
    })
    const [before, text] = [await places(page), await textOf(page)]
    const title = await page.title()
    assert.equal(title, 'Анастасія Бондар – Англійська без страху говорити · Репетитор+')
    await page.evaluate(() => {
      const shifts: number[] = []
      Object.assign(window, { shifts })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value)
      }).observe({ type: 'layout-shift', buffered: true })
    })
    // The styles are there: what a browser shows until the scripts come.
    await checkAccessibility(page)
    run()
    await share(page).waitFor()
    await page.waitForLoadState('networkidle')
    assert.deepEqual(await places(page), before)
    assert.equal(await textOf(page), text)
    assert.equal(await page.title(), title)
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)
    assert.ok(shifts.reduce((sum, shift) => sum + shift, 0) <= 0.01, shifts.join(' '))
    assert.deepEqual(
      asked.filter((pathname) => !pathname.startsWith('/api/auth/')),
      [],
    )
  })
}

test('without script all of it can be read, and written to', async (t) => {
  const page = await browser.openPage(t, site, { hasScripts: false, allowedStatuses: [404] })
  await page.goto(path)
  await page.getByRole('heading', { level: 1, name: 'Анастасія Бондар' }).waitFor()
  const text = await textOf(page)
  for (const part of ['Репетитор', fields.headline, '12 років', '450 ₴', 'Підготовка до НМТ', 'рольові ігри'])
    assert.ok(text.replaceAll(/[\u00a0\u202f]/g, ' ').includes(part), part)
  assert.equal(
    await page.getByRole('link', { name: 'Написати' }).getAttribute('href'),
    `https://chat.example/new?to=${tutor.userId}`,
  )
  await page.getByRole('link', { name: 'https://example.com/lessons' }).waitFor()
  await page.getByRole('banner').getByRole('link', { name: 'Увійти' }).waitFor()
  await page.getByText('Репетитор+').waitFor()
  const response = await page.goto('people/999999')
  assert.equal(response?.status(), 404)
  await page.getByRole('heading', { name: 'Тут немає профілю' }).waitFor()
})

describe('in the page', () => {
  test('strangers write to somebody, and share the address', async (t) => {
    const page = await browser.openPage(t, site)
    await page.addInitScript(() => {
      const shared: unknown[] = []
      Object.assign(window, { shared })
      Object.defineProperty(navigator, 'share', { value: async (data: unknown) => void shared.push(data) })
    })
    await page.goto(path)
    await share(page).click()
    assert.deepEqual(await page.evaluate(() => (window as unknown as { shared: unknown[] }).shared), [
      { title: 'Анастасія Бондар – Англійська без страху говорити', url: `${site.baseUrl}${path}` },
    ])
    assert.equal(
      await page.getByRole('link', { name: 'Написати' }).getAttribute('href'),
      `https://chat.example/new?to=${tutor.userId}`,
    )
    const link = page.getByRole('link', { name: 'https://example.com/lessons' })
    assert.equal(await link.getAttribute('rel'), 'nofollow ugc noopener')
  })

  test('where the device cannot share, the address is copied', async (t) => {
    const page = await browser.openPage(t, site)
    await page.addInitScript(() => {
      const copied: string[] = []
      Object.assign(window, { copied })
      Object.defineProperty(navigator, 'share', { value: undefined })
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: async (text: string) => void copied.push(text) },
      })
    })
    await page.goto(path)
    await share(page).click()
    await page.getByRole('status').getByText('Скопійовано').waitFor()
    assert.deepEqual(await page.evaluate(() => (window as unknown as { copied: string[] }).copied), [
      `${site.baseUrl}${path}`,
    ])
  })

  test('the owner is shown the same, and is not asked to write to themselves', async (t) => {
    const page = await browser.openPage(t, site)
    await site.enter(page, tutor)
    await page.goto(path)
    await page.getByRole('note').waitFor()
    await page.getByText('12 років').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Написати' }).count(), 0)
    await checkAccessibility(page)
  })
})

test('on paper it is a sheet about somebody: nothing to press, all addresses, dark on white', async (t) => {
  const page = await browser.openPage(t, site, { colorScheme: 'dark' })
  await page.goto(path)
  await share(page).waitFor()
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  assert.equal(await page.getByRole('banner').count(), 0)
  assert.equal(await page.getByRole('button').count(), 0)
  assert.equal((await page.locator('.upm-person-cover').boundingBox())?.height, 0)
  await page.getByText(`${site.baseUrl}${path}`).waitFor()
  await page.getByText('450').waitFor()
  const colors = await page.evaluate(() =>
    ['h1', '.upm-person-lead', '.upm-long'].map(
      (it) => getComputedStyle(document.querySelector(it) ?? document.body).color,
    ),
  )
  assert.deepEqual(colors, ['rgb(0, 0, 0)', 'rgb(68, 68, 68)', 'rgb(0, 0, 0)'])
  assert.equal(
    await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    'rgb(255, 255, 255)',
  )
})

for (const options of [
  { colorScheme: 'light' },
  { colorScheme: 'dark', language: 'en' },
  { hasForcedColors: true },
] as const) {
  test(`everybody can use it: ${JSON.stringify(options)}, also 320 px wide`, async (t) => {
    const page = await browser.openPage(t, site, options)
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 640 })
      await page.goto(path)
      await share(page).waitFor()
      await checkAccessibility(page)
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}`)
    }
  })
}
