/** How light the page is: what its first screens cost somebody who has never been here. `npm run bench:page` measures the rest. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createPerson } from '../../server/src/demo/people.ts'
import { drawPortrait } from '../../server/src/demo/portrait.ts'
import { form } from '../../server/test/form.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { costOfKeys, visit, SLOW_3G, type Visit } from '../test/measure.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])
const member = await site.join({ name: 'Олена Коваль' })
await fillIn()

/** A profile as a tutor has it, with a photo. */
async function fillIn(): Promise<void> {
  const { token } = member
  const body = {
    tutor_profile: {
      headline: 'Математика без страху',
      bio: 'Готую до НМТ з математики й фізики. '.repeat(10),
      subjects: ['algebra', 'geometry', 'physics'],
      languages: ['uk', 'en'],
      experience_years: 12,
      hourly_rate: { amount: '650', currency: 'UAH' },
      lesson_formats: ['online'],
    },
  }
  const patched = await site.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(patched.statusCode, 200, patched.body)
  const settings = {
    timezone: 'UTC',
    ui_language: 'uk',
    notifications_enabled: true,
    privacy_public_profile: false,
  }
  const photo = await drawPortrait(createPerson(1, { uiLanguages: ['uk'], newSettings: settings }))
  const upload = await form([{ name: 'avatar', file: photo }])
  const answer = await site.send('POST', '/api/me/avatar/', { token, ...upload })
  assert.equal(answer.statusCode, 201, answer.body)
}

type Screen = {
  path: string
  isOwn?: boolean
  usable: (page: Page) => ReturnType<Page['locator']>
  bytes: number
  requests: number
  /** Milliseconds on Slow 3G with a processor four times slower. */
  slowly: number
}

const screens: Screen[] = [
  {
    path: 'sign-in',
    usable: (page) => page.locator('input[type=email]'),
    bytes: 120_000,
    requests: 12,
    slowly: 5_000,
  },
  {
    path: 'profile',
    isOwn: true,
    usable: (page) => page.getByText('Фото та ім’я').first(),
    bytes: 220_000,
    requests: 20,
    slowly: 7_000,
  },
]

/** What the page does, not what the journeys watch: nothing of it is recorded. */
async function open(t: OwnTest, { isOwn }: Screen, options: PageOptions = {}) {
  const page = await browser.openPage(t, site, { ...options, isUnrecorded: true })
  if (isOwn) await site.enter(page, member)
  return page
}

const inWords = ({ loaded }: Visit) => loaded.map(({ path, bytes }) => `${bytes} ${path}`).join('\n')

for (const screen of screens) {
  describe(screen.path, () => {
    for (const viewport of ['desktop', 'phone'] as const) {
      test(`keeps its budget of bytes and requests, and nothing moves (${viewport})`, async (t) => {
        const page = await open(t, screen, { viewport })
        const cost = await visit(page, screen.path, screen.usable)
        t.diagnostic(
          `${cost.bytes} bytes in ${cost.requests} requests, ${Math.round(cost.mainThread)} ms of the main thread`,
        )
        assert.ok(cost.bytes <= screen.bytes, `${cost.bytes} of ${screen.bytes} bytes:\n${inWords(cost)}`)
        assert.ok(cost.requests <= screen.requests, `${cost.requests} requests:\n${inWords(cost)}`)
        assert.ok(cost.layoutShift <= 0.01, `a layout shift of ${cost.layoutShift}`)
      })
    }

    test('can be used in time on a slow phone', async (t) => {
      const page = await open(t, screen, { viewport: 'phone' })
      const cost = await visit(page, screen.path, screen.usable, { network: SLOW_3G, cpuSlowdown: 4 })
      t.diagnostic(
        `usable after ${Math.round(cost.usable)} ms, first paint ${Math.round(cost.firstPaint)} ms`,
      )
      // The law is the time on a quiet machine, which `npm run bench:page` shows; here others may have the processor.
      assert.ok(cost.usable <= 2 * screen.slowly, `usable after ${Math.round(cost.usable)} ms`)
      assert.ok(cost.layoutShift <= 0.01, `a layout shift of ${cost.layoutShift}`)
    })
  })
}

test('no key holds the page up', async (t) => {
  const page = await open(t, { isOwn: true } as Screen)
  await page.goto('profile')
  for (const [label, text] of [
    ['Ім’я', 'Олена'],
    ['Предмети', 'мат'],
  ] as const) {
    const field = page
      .getByRole('textbox', { name: label })
      .or(page.getByRole('combobox', { name: label }))
      .first()
    const most = await costOfKeys(page, field, text)
    t.diagnostic(`${label}: ${Math.round(most)} ms`)
    assert.ok(most <= 100, `a key in “${label}” costs ${Math.round(most)} ms`)
  }
})
