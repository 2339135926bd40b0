/** The editor: what others will see while it is typed, what is left to do, and the way to the public. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { form } from '../../server/test/form.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const photo = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#4263eb' } })
  .jpeg()
  .toBuffer()

async function addPhoto({ token }: Member) {
  const { body, headers } = await form([{ name: 'avatar', file: photo }])
  assert.equal((await site.send('POST', '/api/me/avatar/', { token, body, headers })).statusCode, 201)
}

async function openProfile(t: OwnTest, options: PageOptions = {}) {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  await page.goto('profile')
  await headline(page).waitFor({ state: 'attached' })
  return { member, page }
}

const headline = (page: Page) => page.getByLabel('Одним реченням')
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const card = (page: Page) => page.getByRole('region', { name: 'Так вас бачать інші' }).getByRole('article')
const hasFocus = (page: Page, id: string) =>
  page.waitForFunction((wanted) => document.activeElement?.id === wanted, id)

test('the card shows a draft while it is typed, the list leads to what is missing, and publishing waits for it', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [409] })
  await page.getByText('До публікації 3 кроки').waitFor()
  await page.getByText('Обов’язково: фото, одним реченням, предмети').waitFor()
  await headline(page).pressSequentially('Фізика')
  await card(page).getByText('Фізика').waitFor()
  await page.getByText('До публікації 2 кроки').waitFor()
  await page.getByText('1 незбережена зміна').waitFor()
  await checkAccessibility(page)

  await button(page, /^Про себе: від 300 символів/).click()
  await hasFocus(page, 'tutor_profile.bio')
  await page.keyboard.type('Пояснюю просто.')
  await page.getByText('2 незбережені зміни').waitFor()
  await page.getByText('Одним реченням, Про себе').waitFor()

  // Too early: what was typed is saved, and the server says what it lacks, each with the way to it.
  await button(page, 'Зберегти й опублікувати').click()
  const refusal = page.getByRole('alert').filter({ hasText: 'Спершу заповніть ці поля:' })
  await refusal.waitFor()
  await checkAccessibility(page)
  assert.equal(await refusal.getByRole('listitem').count(), 2)
  await refusal.getByRole('button', { name: 'Фото' }).click()
  await hasFocus(page, 'photo')
  await refusal.getByRole('button', { name: 'Предмети' }).click()
  await hasFocus(page, 'tutor_profile.subjects')
  const { tutor_profile: tutor, settings } = (
    await site.send('GET', '/api/me/profile/', { token: member.token })
  ).json()
  assert.deepEqual([tutor.headline, settings.privacy_public_profile], ['Фізика', false])

  await page.keyboard.type('фізика')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+s')
  await page.getByText('Збережено', { exact: true }).waitFor()
  await addPhoto(member)
  await page.reload()
  await page.getByText('Можна публікувати').waitFor()
  await button(page, 'Опублікувати профіль').click()
  await page.getByRole('heading', { level: 2, name: 'Опубліковано' }).waitFor()
  await page.getByText('Опублікований').first().waitFor()
  await checkAccessibility(page)

  // What one does with it: copy, show, open.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await button(page, 'Копіювати посилання').click()
  await button(page, 'Скопійовано').waitFor()
  const address = await page.evaluate(() => navigator.clipboard.readText())
  assert.equal(address, `${site.baseUrl}people/${member.userId}`)
  await button(page, 'QR-код').click()
  const dialog = page.getByRole('dialog', { name: 'QR-код вашого профілю' })
  await dialog.getByRole('img', { name: 'QR-код вашого профілю' }).waitFor()
  await checkAccessibility(page)
  assert.match(
    (await dialog.getByRole('link', { name: 'Зберегти як зображення' }).getAttribute('href')) ?? '',
    /^data:image\/svg\+xml,/,
  )
  await page.keyboard.press('Escape')
  const stranger = await browser.openPage(t, site)
  await stranger.goto(address)
  await stranger.getByRole('heading', { level: 1, name: 'Олена Коваль' }).waitFor()
  await stranger.getByText('Фізика').first().waitFor()
})

test('on a phone sections fold, a jump opens the right one, and the preview is a tab', async (t) => {
  const { page } = await openProfile(t, { viewport: 'phone', allowedStatuses: [400] })
  await page.getByText(/Приватний · \d+ %/).waitFor()
  const section = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) })
  const isOpen = (name: string) => section(name).getAttribute('aria-expanded')
  assert.deepEqual([await isOpen('Фото та ім’я'), await isOpen('Умови')], ['true', 'false'])
  await checkAccessibility(page)

  // With the keyboard, as with a finger.
  await section('Умови').focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Досвід викладання').fill('сто')
  await section('Умови').click()
  assert.equal(await isOpen('Умови'), 'false')
  assert.equal(await page.getByRole('navigation').isVisible(), false, 'the bar has its place')
  await button(page, /^Зберегти$/).click()
  await page.getByText('1 поле потребує уваги.').waitFor()
  await hasFocus(page, 'tutor_profile.experience_years')
  assert.equal(await isOpen('Умови'), 'true')
  await section('Умови').getByText('треба виправити').waitFor({ state: 'attached' })
  await checkAccessibility(page)
  await page.getByLabel('Досвід викладання').fill('12')
  await button(page, /^Зберегти$/).click()
  await page.getByText('Збережено', { exact: true }).waitFor()
  await page.getByRole('navigation').waitFor()
  await section('Умови').click()
  await section('Умови').getByText('12').waitFor()

  await page.getByRole('tab', { name: 'Як бачать інші' }).click()
  await card(page).getByText('12 років').first().waitFor()
  await checkAccessibility(page)
  await button(page, /^Предмети/).click()
  await hasFocus(page, 'tutor_profile.subjects')
  assert.equal(await page.getByRole('tab', { name: 'Редагувати' }).getAttribute('aria-selected'), 'true')
})

test('who leaves can save on the way; what cannot be saved keeps them here', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [400] })
  const leave = async () => {
    await page.getByRole('link', { name: 'Активність' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Зберегти й перейти' }).click()
  }
  await page.getByLabel('Досвід викладання').fill('сто')
  await leave()
  await page.getByText('1 поле потребує уваги.').waitFor()
  await page.getByLabel('Досвід викладання').fill('12')
  await leave()
  await page.getByRole('heading', { level: 1, name: 'Активність' }).waitFor()
  const { tutor_profile: tutor } = (
    await site.send('GET', '/api/me/profile/', { token: member.token })
  ).json()
  assert.equal(tutor.experience_years, 12)
})

test('a part that does not come takes nothing with it, and comes when it is asked for again', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: [503] })
  await site.enter(page, member)
  let isAway = true
  await page.route(/\/photo-dialog-[^/]*\.js$/, (route) =>
    isAway ? route.fulfill({ status: 503, body: '' }) : route.continue(),
  )
  await page.goto('profile')
  await headline(page).fill('Лишається')
  const choose = () =>
    page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo })
  await choose()
  const failure = page.getByRole('alert').filter({ hasText: 'Частина сторінки не завантажилася' })
  await failure.waitFor()
  await checkAccessibility(page)
  assert.equal(await headline(page).inputValue(), 'Лишається')
  isAway = false
  await failure.getByRole('button', { name: 'Спробувати ще раз' }).click()
  // Some browsers keep the failure of a script until the page is loaded again; the draft is kept in the tab.
  const reload = failure.getByRole('button', { name: 'Оновити сторінку' })
  const dialog = page.getByRole('dialog', { name: 'Обріжте фото' })
  await reload.or(dialog).first().waitFor()
  if (await reload.isVisible()) {
    page.once('dialog', (leave) => void leave.accept())
    await reload.click()
    await page.getByText('Незбережені зміни відновлено').waitFor()
    await choose()
    await dialog.waitFor()
  }
  assert.equal(await headline(page).inputValue(), 'Лишається')
})

for (const viewport of ['desktop', 'phone'] as const) {
  test(`nothing moves when scripts are late, on a ${viewport}`, async (t) => {
    const member = await site.join()
    await addPhoto(member)
    const page = await browser.openPage(t, site, { viewport })
    await site.enter(page, member)
    let letGo: () => void = () => {}
    const late = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route(/\/photo-d[^/]*-[^/]*\.js$/, async (route) => {
      await late
      await route.continue()
    })
    await page.addInitScript(() => {
      Object.assign(window, { shifts: 0 })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number
          hadRecentInput: boolean
        })[]) {
          if (!entry.hadRecentInput)
            Object.assign(window, { shifts: (Reflect.get(window, 'shifts') as number) + entry.value })
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto('profile')
    const name = page.getByLabel('Прізвище')
    await headline(page).waitFor({ state: 'attached' })
    if (viewport === 'phone') await button(page, /^Фото та ім’я/).click()
    await name.waitFor()
    const before = await name.boundingBox()
    letGo()
    // Files are dropped with a mouse, so the script of that comes with it.
    await page.mouse.move(5, 5)
    await page.locator('.mantine-Dropzone-root').first().waitFor({ state: 'attached' })
    if (viewport === 'desktop') await page.getByText('До публікації').waitFor()
    assert.deepEqual(await name.boundingBox(), before)
    const shifts = await page.evaluate(() => Reflect.get(window, 'shifts') as number)
    assert.ok(shifts <= 0.01, `${shifts}`)
  })
}
