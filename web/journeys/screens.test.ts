/** Every screen, in both appearances and languages, and as narrow as a phone gets: nothing hides, nothing sticks out. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])
const member = await site.join({ name: 'Олександра-Валентина Новоград-Волинська' })
await fill(member)

/** A profile with something in every field, long words among it, and a log of it. */
async function fill({ token }: Member): Promise<void> {
  const bio = 'Найнепередбачуваніше й найвідповідальніше в підготовці — самоорганізованість. '.repeat(12)
  const bodies = [
    { settings: { privacy_public_profile: true, timezone: 'Europe/Kyiv' } },
    {
      tutor_profile: {
        headline: 'Математика, фізика й відповідальність',
        bio,
        subjects: ['algebra', 'geometry', 'mathematics', 'physics'],
        languages: ['uk', 'en-GB'],
        experience_years: 12,
        hourly_rate: { amount: '1250.50', currency: 'UAH' },
        lesson_formats: ['online', 'in_person'],
      },
    },
    { tutor_profile: { bio: bio.replace('самоорганізованість', 'терплячість'), subjects: ['algebra'] } },
  ]
  for (const body of bodies) {
    const answer = await site.send('PATCH', '/api/me/profile/', { token, body })
    assert.equal(answer.statusCode, 200, answer.body)
  }
}

type Screen = { path: string; isPublic?: boolean; status?: number; open?: (page: Page) => Promise<unknown> }

const screens: Screen[] = [
  { path: 'sign-in', isPublic: true },
  { path: 'sign-up', isPublic: true },
  { path: 'forgot-password', isPublic: true },
  { path: 'profile' },
  { path: 'settings' },
  {
    path: 'activity',
    open: async (page) => {
      for (const entry of (await page.getByRole('listitem').getByRole('button').all()).slice(0, 3)) {
        await entry.click()
      }
    },
  },
  { path: `people/${member.userId}`, isPublic: true },
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
          await screen.open?.(page)
          assert.equal(await page.locator('html').getAttribute('lang'), language)
          assert.notEqual(await page.title(), 'UPM')
          await checkAccessibility(page)
          await page.setViewportSize({ width: 360, height: 740 })
          const overflow = () =>
            page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          assert.equal(await overflow(), 0, 'nothing sticks out at 360 px')
          await checkAccessibility(page)
          await page.setViewportSize({ width: 1920, height: 1080 })
          assert.equal(await overflow(), 0)
        })
      }
    }
  })
}
