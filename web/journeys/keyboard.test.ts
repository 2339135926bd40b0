import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { uploadPicture } from '../../server/test/publish.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const MOST_STOPS = 80

/** Goes on with Tab until what has the focus is called this. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const target = page
    .getByRole('textbox', { name })
    .or(page.getByRole('combobox', { name }))
    .or(page.getByRole('button', { name }))
    .or(page.getByRole('link', { name }))
    .or(page.getByRole('radio', { name }))
    .or(page.getByRole('switch', { name }))
    .or(page.getByRole('slider', { name }))
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    const focused = target.and(page.locator(':focus'))
    if ((await focused.count()) === 1) return assertVisibleFocus(page)
    await page.keyboard.press(key)
  }
  assert.fail(`${String(name)} is not reached with ${key}`)
}

async function assertVisibleFocus(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const element = document.activeElement
    if (!element) return undefined
    const box = element.getBoundingClientRect()
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
    return {
      isOnScreen: box.bottom > 0 && box.top < innerHeight,
      covered: middle?.closest('header')?.tagName,
    }
  })
  // A radio or a checkbox of its own look is one pixel wide; what it is drawn as is on the screen all the same.
  assert.equal(seen?.isOnScreen, true, 'what has the focus is on the screen')
}

test('the whole way goes by keyboard alone: sign in, edit, save, publish, activity, sign out', async (t) => {
  const member = await site.join()
  await uploadPicture(site, member)
  const page = await browser.openPage(t, site)
  await page.goto('')
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
  await tabTo(page, 'Електронна пошта')
  await page.keyboard.type(member.email)
  await tabTo(page, 'Пароль')
  await page.keyboard.type(member.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()

  await tabTo(page, /^Одним реченням \(/)
  await page.keyboard.type('Без миші')
  await tabTo(page, 'Предмети')
  await page.keyboard.type('алгебра')
  await page.getByRole('option', { name: 'Алгебра' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await tabTo(page, /^Ціна за годину/)
  await page.keyboard.type('300')
  await page.keyboard.press('Control+s')
  await page.getByText('Збережено', { exact: true }).waitFor()

  // The skip link and the header are a few steps back.
  await tabTo(page, 'Видимість', 'Shift+Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Видимість' }).waitFor()
  await tabTo(page, 'Публічний профіль')
  await page.keyboard.press('Space')
  await page.getByRole('status').getByText('Збережено').first().waitFor()

  await tabTo(page, 'Активність', 'Shift+Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Активність' }).waitFor()
  await page.getByRole('button', { name: 'Профіль опубліковано' }).waitFor()
  await tabTo(page, 'Профіль опубліковано')
  await page.keyboard.press('Enter')
  assert.equal(await page.locator(':focus').getAttribute('aria-expanded'), 'true')

  await tabTo(page, 'Меню облікового запису', 'Shift+Tab')
  await page.keyboard.press('Enter')
  const out = page.getByRole('menuitem', { name: 'Вийти' })
  await out.waitFor()
  for (let stop = 0; stop < 12 && (await out.and(page.locator(':focus')).count()) === 0; stop += 1) {
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await page.waitForURL(`${site.baseUrl}sign-in`)
  const { tutor_profile: tutor, settings } = (
    await site.send('GET', '/api/me/profile/', { token: member.token })
  ).json()
  assert.deepEqual(
    [tutor.headline, tutor.subjects, tutor.hourly_rate, settings.privacy_public_profile],
    ['Без миші', ['algebra'], { amount: '300', currency: 'UAH' }, true],
  )
})

test('the first stop leads past the header', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site)
  await site.enter(page, member)
  await page.goto('profile')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.locator(':focus').textContent(), 'Перейти до вмісту')
  await page.keyboard.press('Enter')
  assert.equal(await page.locator(':focus').getAttribute('id'), 'content')
})
