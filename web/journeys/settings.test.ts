import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

async function openSettings(t: OwnTest, options?: PageOptions) {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  await page.goto('settings')
  await page.getByRole('combobox', { name: 'Часовий пояс' }).waitFor()
  return { member, page, zone: page.getByRole('combobox', { name: 'Часовий пояс' }) }
}

async function settingsOf({ token }: Member) {
  return (await site.send('GET', '/api/me/settings/', { token })).json()
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the settings are accessible, also with the list of zones, ${colorScheme}`, async (t) => {
    const { page, zone } = await openSettings(t, { colorScheme, viewport: 'phone' })
    await checkAccessibility(page)
    await zone.click()
    await page.getByRole('option', { name: 'Europe/Kyiv' }).waitFor()
    await checkAccessibility(page)
  })
}

test('a time zone is found by the name of its city, and saved at once', async (t) => {
  const { member, page, zone } = await openSettings(t)
  await zone.fill('токіо')
  await page.getByText('Нічого не знайдено.').waitFor()
  await zone.fill('японія')
  await page.getByRole('option', { name: 'Asia/Tokyo' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Збережено').waitFor()
  assert.equal((await settingsOf(member)).timezone, 'Asia/Tokyo')
  const weekday = new Intl.DateTimeFormat('uk', { timeZone: 'Asia/Tokyo', weekday: 'long' })
  await page.getByText(`Зараз: ${weekday.format(new Date())}`).waitFor()
  await page.getByRole('button', { name: 'Використати пояс цього пристрою: Europe/Kyiv' }).click()
  await page.getByText('Такий самий, як на цьому пристрої').waitFor()
  assert.equal(await zone.inputValue(), 'Europe/Kyiv')
})

test('a setting that is refused goes back, with the words of the server beside it', async (t) => {
  const { member, page, zone } = await openSettings(t, { allowedStatuses: [400] })
  const message = 'Такого часового поясу немає.'
  const errors = [{ field: 'timezone', code: 'unknown_value', message }]
  const json = { type: 'x', title: 'x', status: 400, detail: 'x', code: 'validation_failed', errors }
  await page.route('**/api/me/settings/', (route) => route.fulfill({ status: 400, json }))
  await zone.fill('+05:45')
  await page.getByRole('option', { name: 'Asia/Kathmandu' }).click()
  await page.getByRole('alert').getByText(message).waitFor()
  assert.equal(await zone.inputValue(), 'UTC')
  assert.equal((await settingsOf(member)).timezone, 'UTC')
})

test('the language switches the whole page at once, and on the other devices, too', async (t) => {
  const { member, page } = await openSettings(t)
  await page.getByRole('radiogroup', { name: 'Мова' }).getByRole('radio', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  await page.getByRole('status').getByText('Saved', { exact: true }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  assert.equal((await settingsOf(member)).ui_language, 'en')
  const other = await browser.openPage(t, site, { language: 'uk' })
  await site.enter(other, member)
  await other.goto('settings')
  await other.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
})

test('all times are of one clock: that of the reader’s region', async (t) => {
  const member = await site.join()
  await site.send('PATCH', '/api/me/settings/', { token: member.token, body: { ui_language: 'en' } })
  const page = await browser.openPage(t, site, { language: 'en' })
  await site.enter(page, member)
  await page.goto('settings')
  const now = page.getByText(/^Now: /)
  await now.waitFor()
  // British English has a day of 24 hours, American English has two halves of 12.
  const isOf24 = /\d{2}:\d{2}(?!\s?[ap]m)/i
  assert.match((await now.textContent()) ?? '', isOf24)
  await page.getByRole('combobox', { name: 'Time zone' }).click()
  const option = page.getByRole('option', { name: 'Europe/Kyiv' })
  assert.match((await option.textContent()) ?? '', /\d{2}:\d{2}UTC/)
  await page.goto('security')
  const signedIn = page.getByText(/^Signed in/).first()
  await signedIn.waitFor()
  assert.match((await signedIn.textContent()) ?? '', isOf24)
})
