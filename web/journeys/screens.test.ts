/** Every screen, in both appearances and languages, and as narrow as a phone gets: nothing hides, nothing sticks out. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createPerson } from '../../server/src/demo/people.ts'
import { drawPortrait } from '../../server/src/demo/portrait.ts'
import { form } from '../../server/test/form.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { takeScreenshot } from '../test/screenshot.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])
const member = await site.join({ name: 'Олександра Новоград-Волинська' })
await live(member)

/** A profile with something in every field, long words among it, and a year of a log. */
async function live({ token, userId }: Member): Promise<void> {
  const bio =
    'Готую до вступу й олімпіад. Найнепередбачуваніше й найвідповідальніше в підготовці — самоорганізованість: вона й росте разом зі знаннями.\n\nПерше заняття безкоштовне.'
  const bodies = [
    { settings: { timezone: 'Europe/Kyiv' } },
    {
      tutor_profile: {
        headline: 'Математика, фізика й відповідальність',
        bio,
        subjects: ['algebra', 'geometry', 'physics'],
        languages: ['uk', 'en-GB'],
        experience_years: 12,
        hourly_rate: { amount: '1250.50', currency: 'UAH' },
        lesson_formats: ['online'],
      },
    },
    {
      tutor_profile: {
        bio: bio.replace('безкоштовне', 'за пів ціни'),
        subjects: ['algebra', 'physics', 'mathematics'],
        lesson_formats: ['online', 'in_person'],
      },
    },
  ]
  for (const body of bodies) {
    const answer = await site.send('PATCH', '/api/me/profile/', { token, body })
    assert.equal(answer.statusCode, 200, answer.body)
  }
  const newSettings = {
    timezone: 'UTC',
    ui_language: 'uk',
    notifications_enabled: true,
    privacy_public_profile: false,
  }
  const people = Array.from({ length: 50 }, (_, i) => createPerson(i, { uiLanguages: ['uk'], newSettings }))
  const photo = await drawPortrait(
    people.find(({ female, role }) => female && role === 'tutor') ?? assert.fail(),
  )
  const { body, headers } = await form([{ name: 'avatar', file: photo }])
  assert.equal((await site.send('POST', '/api/me/avatar/', { token, body, headers })).statusCode, 201)
  const open = { privacy_public_profile: true }
  assert.equal((await site.send('PATCH', '/api/me/settings/', { token, body: open })).statusCode, 200)
  await site.pool.query(
    `insert into activity_log (id, user_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent)
     select gen_random_uuid(), $1::bigint, 'system.login', 'system', $1::bigint::text, '{"method": "password", "new_device": false}',
       now() - interval '1 day' * (1 + (n * n * 7) % 360) - interval '1 hour' * (n % 9), '203.0.113.7',
       'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1'
     from generate_series(1, 240) n`,
    [userId],
  )
}

type Screen = {
  path: string
  isPublic?: boolean
  status?: number
  open?: (page: Page) => Promise<unknown>
  /** Under this name its pictures are kept: a light one of a desk and a dark one of a phone. */
  picture?: string
}

const screens: Screen[] = [
  { path: 'sign-in', isPublic: true, picture: 'sign-in' },
  { path: 'sign-up', isPublic: true, picture: 'sign-up' },
  { path: 'forgot-password', isPublic: true },
  { path: 'profile', picture: 'profile' },
  { path: 'visibility' },
  { path: 'security' },
  { path: 'settings', picture: 'settings' },
  {
    path: 'activity',
    picture: 'activity',
    open: async (page) => {
      await page.getByRole('grid').first().waitFor()
      for (const entry of (await page.locator('ol > li button').all()).slice(0, 3)) await entry.click()
    },
  },
  { path: `people/${member.userId}`, isPublic: true, picture: 'public-profile' },
  { path: 'people/999999', isPublic: true, status: 404 },
  { path: 'no-such-page', isPublic: true, status: 404 },
]

for (const screen of screens) {
  describe(screen.path.replace(String(member.userId), 'ID'), () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const language of ['uk', 'en'] as const) {
        test(`is accessible and fits, ${colorScheme}, ${language}`, async (t) => {
          await site.send('PATCH', '/api/me/settings/', {
            token: member.token,
            body: { ui_language: language },
          })
          const page = await browser.openPage(t, site, {
            colorScheme,
            language,
            allowedStatuses: screen.status === undefined ? [] : [screen.status],
          })
          if (!screen.isPublic) await site.enter(page, member)
          await page.goto(screen.path)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await page.waitForLoadState('networkidle')
          if (screen.picture && language === 'en' && colorScheme === 'light') {
            await takeScreenshot(page, `${screen.picture}-desktop`)
          }
          await screen.open?.(page)
          assert.equal(await page.locator('html').getAttribute('lang'), language)
          assert.notEqual(await page.title(), 'UPM')
          await checkAccessibility(page)
          await page.setViewportSize({ width: 360, height: 740 })
          const overflow = () =>
            page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          assert.equal(await overflow(), 0, 'nothing sticks out at 360 px')
          if (screen.picture && language === 'uk' && colorScheme === 'dark') {
            await takeScreenshot(page, `${screen.picture}-phone`)
          }
          await checkAccessibility(page)
          await page.setViewportSize({ width: 1920, height: 1080 })
          assert.equal(await overflow(), 0)
        })
      }
    }
  })
}
