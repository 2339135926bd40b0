/** A save that fails says so where the person looks, and is tried again without being asked for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type PageOptions } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const headline = (page: Page) => page.getByLabel('Одним реченням')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const isSaved = (page: Page) => page.getByText('Збережено', { exact: true }).waitFor()

async function openProfile(t: Parameters<typeof browser.openPage>[0], options: PageOptions = {}) {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  await page.goto('profile')
  if (options.viewport === 'phone') await page.getByRole('button', { name: /^Коротко про вас/ }).click()
  await headline(page).waitFor()
  return { member, page }
}

async function headlineOf({ token }: Member) {
  return (await site.send('GET', '/api/me/profile/', { token })).json().tutor_profile.headline
}

for (const viewport of ['desktop', 'phone'] as const) {
  test(`without a connection the bar says so, and saves by itself when there is one (${viewport})`, async (t) => {
    const { member, page } = await openProfile(t, { viewport, goesOffline: true })
    await headline(page).fill('Без зв’язку')
    await page.context().setOffline(true)
    await button(page, 'Зберегти').click()
    const failure = page.getByRole('alert').getByText('Не збережено: немає з’єднання')
    await failure.waitFor()
    await button(page, 'Деталі').click()
    await page.getByText('Ми спробуємо зберегти їх ще раз автоматично.').waitFor()
    await checkAccessibility(page)
    // Wherever the person has scrolled.
    for (const top of [0, 100_000]) {
      await page.evaluate((to) => window.scrollTo(0, to), top)
      const again = page.locator('button[type=submit]', { hasText: 'Спробувати ще раз' })
      const box = (await again.boundingBox()) ?? assert.fail('it is not shown')
      const { height } = page.viewportSize() ?? assert.fail('there is no viewport')
      assert.ok(box.y >= 0 && box.y + box.height <= height, `${box.y} of ${height}, scrolled to ${top}`)
    }
    await headline(page).fill('Без зв’язку, але далі')
    assert.equal(await failure.count(), 1, 'it is still not saved')
    await page.context().setOffline(false)
    await isSaved(page)
    assert.equal(await headlineOf(member), 'Без зв’язку, але далі')
  })
}

for (const [status, reason] of [
  [429, 'забагато запитів'],
  [503, 'помилка сервера'],
] as const) {
  test(`${status}: the bar says what failed, and tries again when the server wants it`, async (t) => {
    const { member, page } = await openProfile(t, { allowedStatuses: [status] })
    await headline(page).fill('Не з першого разу')
    let isAway = true
    await page.route('**/api/me/profile/', (route) =>
      isAway
        ? route.fulfill({
            status,
            contentType: 'application/problem+json',
            headers: { 'retry-after': '1', 'x-request-id': 'a-request' },
            body: JSON.stringify({
              type: 'about:blank',
              title: 'Назва',
              status,
              code: 'some_code',
              detail: 'Що трапилося.',
              instance: '/api/me/profile/',
            }),
          })
        : route.continue(),
    )
    await button(page, 'Зберегти').click()
    await page.getByRole('alert').getByText(`Не збережено: ${reason}`).waitFor()
    await button(page, 'Деталі').click()
    await page.getByText('Назва. Що трапилося.').waitFor()
    await page.getByText('a-request').waitFor()
    isAway = false
    await isSaved(page)
    assert.equal(await headlineOf(member), 'Не з першого разу')
  })
}
