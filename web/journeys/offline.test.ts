import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const SCRIPT = /\/activity-page-[^/]+\.js$/

async function openProfile(t: OwnTest, options: PageOptions) {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  await page.goto('profile')
  await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
  await page.waitForLoadState('networkidle')
  return page
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const toActivity = (page: Page) => page.getByRole('link', { name: 'Активність' }).click()

test('without a connection a screen says so, and opens by itself when the connection is back', async (t) => {
  const page = await openProfile(t, { viewport: 'phone', goesOffline: true })
  await page.context().setOffline(true)
  await toActivity(page)
  await heading(page, 'Немає з’єднання').waitFor()
  await checkAccessibility(page)
  // The way back is there, and what was open before still opens.
  await page.getByRole('link', { name: 'Профіль' }).click()
  await heading(page, 'Профіль').waitFor()
  await toActivity(page)
  await heading(page, 'Немає з’єднання').waitFor()
  await page.context().setOffline(false)
  await heading(page, 'Активність').waitFor()
  assert.equal(new URL(page.url()).pathname, '/activity')
})

test('after a release that has replaced the files, the page is loaded again by itself', async (t) => {
  const page = await openProfile(t, { allowedStatuses: [404] })
  let isReplaced = true
  await page.route(SCRIPT, (route) =>
    isReplaced ? route.fulfill({ status: 404, body: '' }) : route.continue(),
  )
  page.on('request', (request) => {
    if (request.isNavigationRequest()) isReplaced = false
  })
  await page.evaluate(() => Object.assign(window, { isFormer: true }))
  await toActivity(page)
  await heading(page, 'Активність').waitFor()
  assert.equal(await page.evaluate(() => 'isFormer' in window), false)
})

test('a page that does not come in spite of that is not loaded again and again', async (t) => {
  const page = await openProfile(t, { allowedStatuses: [404] })
  let asked = 0
  await page.route(SCRIPT, (route) => {
    asked += 1
    return route.fulfill({ status: 404, body: '' })
  })
  await toActivity(page)
  await heading(page, 'Не вдалося відкрити сторінку').waitFor()
  await page.waitForLoadState('networkidle')
  const askedSoFar = asked
  await page.getByRole('link', { name: 'Час і мова' }).click()
  await heading(page, 'Налаштування').waitFor()
  await toActivity(page)
  await heading(page, 'Не вдалося відкрити сторінку').waitFor()
  assert.equal(asked, askedSoFar)
})
