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
    await page.getByRole('option', { name: /Europe\/Kyiv/ }).waitFor()
    await checkAccessibility(page)
    await zone.fill('львів')
    await page.getByRole('option', { name: /^Львів/ }).waitFor()
    await checkAccessibility(page)
  })
}

test('a time zone is found by a city in any language, by an offset or an abbreviation, and saved at once', async (t) => {
  const { member, page, zone } = await openSettings(t)
  const first = page.getByRole('option').first()
  for (const [search, expected] of [
    ['дніпро', 'Дніпро · Україна'],
    ['Харьков', 'Харків · Україна'],
    ['Kraków', 'Краків · Польща'],
    ['munich', 'Мюнхен · Німеччина'],
    ['сан франциско', 'Сан-Франциско · Сполучені Штати'],
    ['EST', 'Нью-Йорк · Сполучені Штати'],
    ['utc+2', 'Київ · Україна'],
    ['東京', 'Токіо · Японія'],
  ] as const) {
    await zone.fill(search)
    await first.filter({ hasText: expected }).waitFor()
  }
  await zone.fill('атлантида')
  await page.getByText('Нічого не знайдено. Введіть місто, країну або різницю з UTC').waitFor()
  await zone.fill('токіо')
  const tokyo = page.getByRole('option', { name: 'Токіо · Японія Asia/Tokyo' })
  await tokyo.and(page.locator('[data-combobox-selected]')).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Збережено').waitFor()
  assert.equal((await settingsOf(member)).timezone, 'Asia/Tokyo')
  assert.equal(await zone.inputValue(), 'Токіо · Японія')
  const weekday = new Intl.DateTimeFormat('uk', { timeZone: 'Asia/Tokyo', weekday: 'long' })
  await page.getByText(`Зараз: ${weekday.format(new Date())}`).waitFor()
  await page.getByRole('button', { name: 'Як на пристрої: Київ' }).click()
  await page.getByText('Такий самий, як на пристрої').waitFor()
  assert.equal(await zone.inputValue(), 'Київ · Україна')
})

test('without a search this device’s zone comes first, and all others are there by scrolling', async (t) => {
  const { page, zone } = await openSettings(t, { viewport: 'phone' })
  await zone.click()
  const groups = page.getByRole('listbox').getByRole('group')
  await groups.first().waitFor()
  const rows = page.getByRole('option')
  assert.match((await rows.first().textContent()) ?? '', /^Київ · УкраїнаEurope\/Kyiv · як на пристрої/)
  assert.match((await rows.nth(1).textContent()) ?? '', /^UTC/)
  await page.getByText('Найближчі за часом').waitFor()
  // The last zone of all, to which nobody has to type.
  const last = page.getByRole('option', { name: /Etc\/GMT\+12$|Etc\/GMT-14/ }).last()
  for (let count = 0; (await last.count()) === 0;) {
    const shown = await rows.count()
    assert.ok(shown > count, `${shown} rows, and no more come`)
    count = shown
    await rows.last().scrollIntoViewIfNeeded()
    await page.waitForFunction((before) => {
      const options = document.querySelectorAll('[role="option"]')
      return options.length > before || options[options.length - 1]?.textContent?.includes('Etc/')
    }, count)
  }
  assert.ok((await rows.count()) > 400)
  await zone.fill('льв')
  await rows.filter({ hasText: 'Львів' }).waitFor()
  assert.equal(await rows.count(), 1)
})

test('a key press in the search of zones takes less than a tenth of a second', async (t) => {
  const { page, zone } = await openSettings(t, { viewport: 'phone' })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const cpu = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  }
  const spent: number[] = []
  await zone.click()
  await page.getByRole('option').first().waitFor()
  // The first letter is one of them: by then nothing has been looked for yet.
  for (const key of ['к', 'и', 'ї', 'в', 'Backspace', 'Backspace', 'Backspace', 'Backspace', 'n', 'e', 'w']) {
    const before = await cpu()
    await (key === 'Backspace' ? page.keyboard.press(key) : page.keyboard.type(key))
    // What the key press leads to is drawn.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
    spent.push((await cpu()) - before)
  }
  t.diagnostic(`seconds of the main thread for each key: ${spent.map((one) => one.toFixed(3)).join(', ')}`)
  // The thread's own time, which other work of the machine does not lengthen. It was 0.528 when names were made at a letter.
  assert.ok(Math.max(...spent) < 0.1, `${Math.max(...spent)} s`)
})

test('a setting that is refused goes back, with the words of the server beside it', async (t) => {
  const { member, page, zone } = await openSettings(t, { allowedStatuses: [400] })
  const message = 'Такого часового поясу немає.'
  const errors = [{ field: 'timezone', code: 'unknown_value', message }]
  const json = { type: 'x', title: 'x', status: 400, detail: 'x', code: 'validation_failed', errors }
  await page.route('**/api/me/settings/', (route) => route.fulfill({ status: 400, json }))
  await zone.fill('+05:45')
  await page.getByRole('option', { name: /Asia\/Kathmandu/ }).click()
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
  const option = page.getByRole('option', { name: /Europe\/Kyiv/ })
  assert.match((await option.textContent()) ?? '', /\d{2}:\d{2}UTC/)
  await page.goto('security')
  const lastUsed = page.getByText(/^Last used/).first()
  await lastUsed.waitFor()
  assert.match((await lastUsed.textContent()) ?? '', isOf24)
})
