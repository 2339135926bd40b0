/**
 * axe in what is open: menus, lists, dialogs, folds and steps. Each state is looked at in every appearance, in both languages and
 * from 320 to 1920 px, though not in every pair of them.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { namespaces } from '../src/texts.ts'
import { noise } from '../../server/test/picture.ts'
import { publish } from '../../server/test/publish.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])
const member = await site.join({ name: 'Олена Коваль' })
await publish(site, member)
const newcomers = { uk: await site.join(), en: await site.join() }
await site.send('PATCH', '/api/me/settings/', { token: newcomers.en.token, body: { ui_language: 'en' } })
const photo = await noise(200)

type Language = 'uk' | 'en'

/** Each language with its views: all appearances and all widths are in one of them. */
const views = {
  uk: [
    { colorScheme: 'light', width: 320, height: 640 },
    { colorScheme: 'dark', width: 1440, height: 900 },
  ],
  en: [
    { forcedColors: 'active', width: 768, height: 1024 },
    { colorScheme: 'dark', width: 390, height: 844 },
    { colorScheme: 'light', width: 1920, height: 1080 },
  ],
} as const

type State = {
  name: string
  path: string
  isPublic?: boolean
  isNewcomer?: boolean
  open: (page: Page, language: Language) => Promise<unknown>
}

const shell = (language: Language) => namespaces.shell[language]
const teaching = { uk: 'Що викладаєте', en: 'What you teach', subjects: { uk: 'Предмети', en: 'Subjects' } }
const firstOption = (page: Page) => page.getByRole('option').first().waitFor()

const states: State[] = [
  {
    name: 'the menu of a visitor',
    path: 'sign-in',
    isPublic: true,
    open: async (page, language) => {
      await page.getByRole('button', { name: shell(language).preferences }).click()
      await page.getByRole('menuitemradio').first().waitFor()
    },
  },
  {
    name: 'the menu of an account',
    path: 'security',
    open: async (page, language) => {
      await page.getByRole('button', { name: shell(language).menu }).click()
      await page.getByRole('menuitemradio').first().waitFor()
    },
  },
  {
    name: 'the time zones',
    path: 'settings',
    open: async (page) => {
      await page.getByRole('combobox').first().click()
      await firstOption(page)
    },
  },
  {
    name: 'an entry of the activity',
    path: 'activity',
    open: async (page) => page.locator('main ol > li button').first().click(),
  },
  {
    name: 'the crop of a photo',
    path: 'profile',
    open: async (page) => {
      const input = page.locator('input[type=file]').first()
      await input.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: photo })
      await page.getByRole('application').waitFor()
    },
  },
  {
    name: 'the subjects, in the section that has them',
    path: 'profile',
    open: async (page, language) => {
      const section = page.getByRole('button', { name: teaching[language] })
      const subjects = page.getByRole('combobox', { name: teaching.subjects[language] })
      // On a phone the sections are folded.
      await section.or(subjects).first().waitFor()
      if (await section.isVisible()) await section.click()
      await subjects.click()
      await firstOption(page)
    },
  },
  {
    name: 'a new password',
    path: 'security',
    open: async (page, language) => {
      await page.getByRole('button', { name: namespaces.security[language].changePassword }).click()
      await page.locator('input[type=password]').first().waitFor()
    },
  },
  {
    name: 'the first step of a newcomer',
    path: 'profile',
    isNewcomer: true,
    open: (page, language) =>
      page.getByRole('heading', { level: 1, name: namespaces.profile[language].welcome }).waitFor(),
  },
  { name: 'what others see', path: 'visibility', open: async () => {} },
  { name: 'the sign-up', path: 'sign-up', isPublic: true, open: async () => {} },
  { name: 'a public profile', path: `people/${member.userId}`, isPublic: true, open: async () => {} },
]

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

for (const language of ['uk', 'en'] as const) {
  describe(language, () => {
    for (const { name, path, isPublic = false, isNewcomer = false, open } of states) {
      test(name, async (t) => {
        const body = { ui_language: language }
        await site.send('PATCH', '/api/me/settings/', { token: member.token, body })
        const page = await browser.openPage(t, site, { language, isFirstVisit: isNewcomer })
        if (!isPublic) await site.enter(page, isNewcomer ? newcomers[language] : member)
        const [first] = views[language]
        await page.setViewportSize({ width: first.width, height: first.height })
        await page.goto(path)
        await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
        await page.waitForLoadState('networkidle')
        await open(page, language)
        for (const { width, height, ...media } of views[language]) {
          await page.emulateMedia({ forcedColors: 'none', ...media })
          await page.setViewportSize({ width, height })
          await checkAccessibility(page)
          assert.equal(await overflow(page), 0, `nothing sticks out at ${width} px`)
        }
      })
    }
  })
}

test('zoomed to 400 %, what has the focus is to be seen', async (t) => {
  const page = await browser.openPage(t, site, { language: 'en' })
  await site.enter(page, member)
  await page.setViewportSize({ width: 320, height: 256 })
  for (const path of ['settings', 'security', 'profile']) {
    await page.goto(path)
    await page.waitForLoadState('networkidle')
    assert.equal(await overflow(page), 0)
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press('Tab')
      const covered = await page.evaluate(() => {
        const active = document.activeElement
        if (!active || active === document.body) return null
        const { left, top, width, height } = active.getBoundingClientRect()
        if (width < 2 || height < 2) return null
        const at = document.elementFromPoint(left + width / 2, Math.min(top + height / 2, innerHeight - 2))
        const isSeen =
          at !== null && (active.contains(at) || at.contains(active) || at.closest('label') !== null)
        return isSeen ? null : active.outerHTML.slice(0, 200)
      })
      assert.equal(covered, null, `${path}: stop ${stop} is covered`)
    }
  }
})

test('on paper there is the profile, and nothing to press', async (t) => {
  const page = await browser.openPage(t, site, { language: 'en' })
  await page.goto(`people/${member.userId}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.emulateMedia({ media: 'print' })
  assert.ok(await page.getByRole('heading', { level: 1 }).isVisible())
  assert.equal(await page.locator('header').getByRole('button').first().isVisible(), false)
})
