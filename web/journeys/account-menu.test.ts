import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the open menu says what is chosen, and is accessible, ${colorScheme}`, async (t) => {
    const member = await site.join()
    const page = await browser.openPage(t, site, { colorScheme, viewport: 'phone' })
    await site.enter(page, member)
    await page.goto('profile')
    await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
    await page.getByRole('button', { name: 'Меню облікового запису' }).click()
    const looks = page.getByRole('group', { name: 'Вигляд' })
    const checked = looks.getByRole('menuitemradio', { checked: true })
    await checked.waitFor()
    assert.equal(await checked.textContent(), 'Як у системі')
    await checkAccessibility(page)

    // The menu stays open: the look of the page shows at once what was chosen.
    await looks.getByRole('menuitemradio', { name: 'Темний' }).click()
    await looks.getByRole('menuitemradio', { name: 'Темний', checked: true }).waitFor()
    assert.equal(await checked.count(), 1)
    await checkAccessibility(page)

    await page
      .getByRole('group', { name: 'Мова' })
      .getByRole('menuitemradio', { name: 'English', checked: false })
      .click()
    await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Account menu' }).click()
    const english = page
      .getByRole('group', { name: 'Language' })
      .getByRole('menuitemradio', { checked: true })
    await english.waitFor()
    assert.equal(await english.textContent(), 'English')
  })
}
