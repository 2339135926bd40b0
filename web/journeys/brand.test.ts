/** The frame of the page, and the platform that it belongs to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const BRAND = {
  BRAND_NAME: 'Репетитор+',
  BRAND_COLOR: '#0a7d5a',
  BRAND_LOGO_URL: '/icon-192.png',
  SUPPORT_URL: 'mailto:help@example.com',
  TERMS_URL: 'https://example.com/terms',
  PRIVACY_URL: '/privacy',
}
const [browser, site] = await Promise.all([openBrowser(), startSite({ env: BRAND })])

const backgroundOf = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor)

test('a stranger sees whose page it is, the ways in, and where help and terms are', async (t) => {
  const page = await browser.openPage(t, site, { allowedStatuses: [404] })
  await page.goto('sign-in')
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
  assert.equal(await page.title(), 'Вхід · Репетитор+')
  const header = page.getByRole('banner')
  const brand = header.getByRole('link', { name: 'Репетитор+' })
  await brand.getByText('Репетитор+').waitFor()
  assert.match((await brand.locator('img').getAttribute('src')) ?? '', /icon-192\.png$/)
  assert.equal(await backgroundOf(page, 'main button[type=submit]'), 'rgb(10, 125, 90)')
  assert.equal(await header.getByRole('link', { name: 'Увійти' }).count(), 0)
  // What one gets stands beside the form, on a desk.
  await page.getByText('Ви самі вирішуєте, що бачать інші.').waitFor()
  const foot = page.getByRole('contentinfo').getByRole('link')
  assert.deepEqual(
    await foot.evaluateAll((links) => links.map((link) => [link.textContent, link.getAttribute('href')])),
    [
      ['Підтримка', 'mailto:help@example.com'],
      ['Умови користування', 'https://example.com/terms'],
      ['Приватність', '/privacy'],
    ],
  )
  await checkAccessibility(page)
  await header.getByRole('link', { name: 'Зареєструватися' }).click()
  await page.getByRole('heading', { level: 1 }).getByText('Реєстрація').waitFor()

  await page.goto('no-such-page')
  await page.getByRole('heading', { level: 1, name: 'Такої сторінки немає' }).waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Увійти' }).click()
  await page.waitForURL('**/sign-in')
})

test('the first HTML has the chosen appearance and language, and nothing flashes', async (t) => {
  const page = await browser.openPage(t, site, { colorScheme: 'light' })
  await page.goto('sign-in')
  await page.getByRole('button', { name: 'Мова й вигляд' }).click()
  await page.getByRole('menuitemradio', { name: 'Темний' }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  const html = await (await page.request.get('sign-in')).text()
  assert.match(html, /<html lang="en" data-mantine-color-scheme="dark">/)
  assert.match(html, /<title>Репетитор\+<\/title>/)
  // Without any script it is dark already, and has the name of the brand.
  await page.route('**/*.js', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }))
  await page.goto('sign-in')
  await page.locator('[data-boot="entrance"]').waitFor()
  assert.equal(await backgroundOf(page, 'html'), 'rgb(18, 20, 31)')
  assert.equal(await backgroundOf(page, '.boot-header'), 'rgb(27, 30, 44)')
  assert.ok((await page.locator('.boot-bar').boundingBox())?.height)
  const colors = await page
    .locator('meta[name=theme-color]')
    .evaluateAll((metas) => metas.map((meta) => meta.getAttribute('content')))
  assert.deepEqual(colors, ['#1b1e2c', '#1b1e2c'])
})

test('the address at which a password is changed leads to its card, also through the sign-in', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site)
  await page.goto('.well-known/change-password')
  await page.getByLabel('Електронна пошта').fill(member.email)
  await page.getByLabel('Пароль', { exact: true }).fill(member.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/security#password')
  const card = page.locator('#password')
  await card.waitFor()
  await page.waitForFunction(() => document.activeElement?.closest('#password') !== null)
})

test('while something is unsaved, the bar takes the place of the navigation', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { viewport: 'phone' })
  await site.enter(page, member)
  await page.goto('profile')
  const navigation = page.getByRole('navigation', { name: 'Головна навігація' })
  await navigation.waitFor()
  await page.getByRole('textbox', { name: 'Ім’я' }).fill('Оксана')
  await page.getByRole('button', { name: 'Зберегти' }).waitFor()
  await navigation.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Зберегти' }).click()
  await navigation.waitFor()
})

test('magnified to 400 %, nothing covers the field that is being filled in', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site)
  await site.enter(page, member)
  await page.setViewportSize({ width: 320, height: 256 })
  await page.goto('profile')
  const fields = page.getByRole('main').getByRole('textbox')
  await fields.first().waitFor()
  for (const field of (await fields.all()).slice(0, 4)) {
    await field.focus()
    await page.keyboard.type('x')
    const isSeen = await field.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      return element.contains(document.elementFromPoint(x + width / 2, y + Math.min(height / 2, 20)))
    })
    assert.ok(isSeen, await field.evaluate((element) => element.outerHTML))
  }
  const sticky = await page.evaluate(() =>
    Array.from(document.querySelectorAll('*'))
      .filter((element) => ['fixed', 'sticky'].includes(getComputedStyle(element).position))
      .filter(
        (element) =>
          element.checkVisibility({ opacityProperty: true }) && element.getBoundingClientRect().height > 1,
      )
      .map((element) => element.outerHTML.slice(0, 90)),
  )
  assert.deepEqual(
    sticky.filter((html) => !html.includes('href="#content"')),
    [],
  )
})

test('from 320 to 1920 px the frame has its places: tabs, rail, and header and content at the same edges', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site)
  await site.enter(page, member)
  await page.goto('settings')
  await page.getByRole('heading', { level: 1, name: 'Налаштування' }).waitFor()
  const left = async (selector: string) => (await page.locator(selector).first().boundingBox())?.x ?? -1
  for (const width of [320, 390, 699, 700, 899, 1099, 1100, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    assert.equal(overflow, 0, `nothing sticks out at ${width} px`)
    const navigation = page.getByRole('navigation', { name: 'Головна навігація' })
    assert.equal(await navigation.count(), 1, `one navigation at ${width} px`)
    const box = (await navigation.boundingBox()) ?? assert.fail()
    const title = (await page.getByRole('heading', { level: 1 }).boundingBox()) ?? assert.fail()
    if (width < 700) assert.ok(box.y > 800, `at the bottom at ${width} px`)
    else if (width < 1100) assert.ok(box.y + box.height <= title.y, `above at ${width} px`)
    else assert.ok(box.x + box.width <= title.x && box.width === 196, `beside it at ${width} px`)
    const edge = width < 1100 ? title.x : box.x
    assert.ok(Math.abs(edge - (await left('header a'))) <= 1, `one edge at ${width} px`)
  }
})

test('on paper there is neither navigation nor a button, and what is chosen is chosen', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site)
  await site.enter(page, member)
  await page.goto('settings')
  const chosen = page.getByRole('radio', { name: 'Українська' })
  await chosen.waitFor()
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('banner').isVisible(), false)
  assert.equal(await page.getByRole('navigation').count(), 0)
  assert.equal(await page.getByRole('contentinfo').isVisible(), false)
  assert.equal(await page.locator('.mantine-Button-root:visible').count(), 0)
  assert.equal(await chosen.evaluate((radio) => getComputedStyle(radio).printColorAdjust), 'exact')
  assert.equal(await backgroundOf(page, 'body'), 'rgb(255, 255, 255)')
})
