/** The screen of the sign-in and of what is safe. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

async function signInElsewhere({ email, password }: Member, userAgent: string, address = '198.18.250.1') {
  const headers = { 'user-agent': userAgent, 'x-forwarded-for': address }
  const answer = await site.send('POST', '/api/auth/sign-in/email', { body: { email, password }, headers })
  assert.equal(answer.statusCode, 200)
}

test('sessions are listed by device and ended, and a new password ends them all', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: [400] })
  await signInElsewhere(member, FIREFOX)
  await signInElsewhere(member, FIREFOX, '198.18.250.2')
  await signInElsewhere(member, 'curl/8.5.0')
  await site.enter(page, member)
  await page.goto('security')
  const devices = page.getByRole('region', { name: 'Пристрої та сеанси' })
  await devices.getByText('Цей пристрій').waitFor()
  await checkAccessibility(page)

  await devices.getByRole('button', { name: 'Завершити сеанс: curl' }).click()
  await page.getByText('Сеанс завершено.').waitFor()
  await devices.getByText('curl', { exact: true }).waitFor({ state: 'detached' })
  const unfold = devices.getByRole('button', { name: '2 сеанси: Firefox, Linux' })
  assert.equal(await unfold.getAttribute('aria-expanded'), 'false')
  await unfold.click()
  const second = devices.getByRole('button', { name: /^Завершити сеанс: Firefox, Linux,.* 198\.18\.250\.2$/ })
  await second.waitFor()
  await checkAccessibility(page)
  await second.click()
  await unfold.waitFor({ state: 'detached' })
  await devices.getByText('Firefox, Linux').waitFor()

  await page.getByRole('button', { name: 'Змінити пароль' }).click()
  const current = page.getByLabel('Поточний пароль')
  assert.equal(await current.evaluate((input) => input === document.activeElement), true)
  await current.fill('not the password')
  await page.getByLabel('Новий пароль').fill('Password12!')
  await page.getByText('Надто поширений').waitFor()
  await checkAccessibility(page)
  await page.keyboard.press('Enter')
  await page.getByText('Цей пароль легко вгадати').waitFor()
  await page.getByLabel('Новий пароль').fill('a new password')
  await page.keyboard.press('Enter')
  await page.getByText('Пароль неправильний.').waitFor()
  await current.fill(member.password)
  await page.keyboard.press('Enter')
  await page.getByText('Пароль змінено.').waitFor()
  await devices.getByText('Firefox, Linux').waitFor({ state: 'detached' })
  await current.waitFor({ state: 'detached' })
  await page.reload()
  await devices.getByText('Цей пристрій').waitFor()
})

test('all other sessions are ended at once, after a question', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { viewport: 'phone' })
  await signInElsewhere(member, IPHONE)
  await site.enter(page, member)
  await page.goto('security')
  const devices = page.getByRole('region', { name: 'Пристрої та сеанси' })
  await devices.getByText('Safari, iOS').waitFor()
  await page.getByRole('button', { name: 'Завершити всі інші сеанси' }).click()
  const dialog = page.getByRole('dialog', { name: 'Завершити всі інші сеанси?' })
  await dialog.waitFor()
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Скасувати' }).click()
  await dialog.waitFor({ state: 'detached' })
  await devices.getByText('Safari, iOS').waitFor()
  await page.getByRole('button', { name: 'Завершити всі інші сеанси' }).click()
  await dialog.getByRole('button', { name: 'Завершити' }).click()
  await page.getByText('Усі інші сеанси завершено.').waitFor()
  await devices.getByText('Safari, iOS').waitFor({ state: 'detached' })
  assert.equal(await page.getByRole('button', { name: 'Завершити всі інші сеанси' }).count(), 0)
})

test('what has happened to the account lately is listed, and what may be a stranger leads to the password', async (t) => {
  const member = await site.join()
  await signInElsewhere(member, FIREFOX)
  const { email } = member
  const wrong = await site.send('POST', '/api/auth/sign-in/email', {
    body: { email, password: 'not the password' },
    headers: { 'user-agent': IPHONE, 'x-forwarded-for': '198.18.250.9' },
  })
  assert.equal(wrong.statusCode, 401)
  const page = await browser.openPage(t, site, { colorScheme: 'dark' })
  await site.enter(page, member)
  await page.goto('security')
  await page.getByRole('region', { name: 'Електронна пошта' }).getByText(email).waitFor()
  const events = page.getByRole('region', { name: 'Останні події' })
  await events.getByText('Хтось намагався ввійти з неправильним паролем').waitFor()
  // Of the first device of all nothing is to be feared; Firefox and this browser came after it.
  assert.equal(await events.getByText('Вхід із нового пристрою').count(), 2)
  assert.equal(await events.getByText('Вхід', { exact: true }).count(), 1)
  await events.getByText(/Safari, iOS · 198\.18\.250\.9/).waitFor()
  await checkAccessibility(page)
  await events.getByRole('link', { name: 'Це були не ви? Змініть пароль' }).first().click()
  await page.getByLabel('Поточний пароль').waitFor()
  await events.getByRole('link', { name: 'Усі події входу' }).click()
  await page.getByRole('heading', { level: 1, name: 'Активність' }).waitFor()
  assert.equal(new URL(page.url()).search, '?what=system.login')
})

test('where another service signs people in, nothing is shown that is not here', async (t) => {
  const outside = await startSite({
    env: { AUTH_BUILT_IN: 'off', AUTH_SIGN_IN_URL: 'https://login.example/sign-in' },
  })
  const { token } = await outside.person()
  const page = await browser.openPage(t, outside)
  await page.addInitScript((kept) => sessionStorage.setItem('upm.token', kept), token)
  await page.goto('security')
  await page.getByRole('link', { name: 'Відкрити цей сервіс' }).waitFor()
  for (const name of ['Електронна пошта', 'Пристрої та сеанси', 'Останні події']) {
    assert.equal(await page.getByRole('region', { name }).count(), 0, name)
  }
  await checkAccessibility(page)
})
