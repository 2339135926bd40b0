import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

let people = 0

async function open(t: OwnTest, path: string, options?: PageOptions): Promise<Page> {
  const page = await browser.openPage(t, site, options)
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

async function signIn(page: Page, email: string, password: string) {
  await page.getByLabel('Електронна пошта').fill(email)
  await page.getByLabel('Пароль', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

test('whoever signs up is signed in, goes on to where they wanted, and has the language and zone of the device', async (t) => {
  const page = await open(t, 'settings', { language: 'en', viewport: 'phone' })
  assert.equal(await page.getByLabel('E-mail').evaluate((input) => input === document.activeElement), true)
  await checkAccessibility(page)
  await page.getByRole('link', { name: 'Sign up' }).click()
  await page.getByLabel('Tutor').check()
  await page.getByLabel('First and last name').fill('Olena Koval')
  await page.getByLabel('E-mail').fill(`new-${++people}@example.com`)
  await page.getByLabel('Password', { exact: true }).fill('correct horse')
  await checkAccessibility(page)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  assert.match(await page.getByRole('combobox', { name: 'Time zone' }).inputValue(), /^Europe\/Kyiv$/)
  assert.equal(await page.getByRole('radio', { name: 'English' }).isChecked(), true)
})

test('what is left blank is said before anything is sent, and what is refused beside its field', async (t) => {
  const page = await open(t, 'sign-up', { allowedStatuses: [400] })
  await page.getByLabel('Пароль', { exact: true }).fill('🔑'.repeat(9))
  await page.getByText('Потрібно від 10 до 128 символів. Ви ввели 9.').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Виберіть роль.').waitFor()
  assert.equal(await page.getByText('Заповніть це поле.').count(), 2)
  await page.getByLabel('Учень / учениця').check()
  await page.getByLabel('Ім’я та прізвище').fill('Оля')
  await page.getByLabel('Електронна пошта').fill('оля')
  await page.keyboard.press('Enter')
  await page.getByText('Щонайменше 10 символів.').waitFor()
  const email = page.getByLabel('Електронна пошта')
  assert.equal(await email.getAttribute('aria-invalid'), 'true')
  assert.equal(await email.evaluate((input) => input === document.activeElement), true)
  await checkAccessibility(page)
})

test('whoever has an account already is led to it, not told so by the sign-up', async (t) => {
  const member = await site.join()
  const page = await open(t, 'sign-up', { allowedStatuses: [401] })
  await page.getByLabel('Учень / учениця').check()
  await page.getByLabel('Ім’я та прізвище').fill('Хтось')
  await signIn(page, member.email, 'another password')
  const notice = page.getByRole('alert')
  await notice.getByText('Можливо, ви вже маєте обліковий запис').waitFor()
  await checkAccessibility(page)
  await notice.getByRole('link', { name: 'Увійти' }).click()
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
  await signIn(page, member.email, member.password)
  await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
})

test('a wrong password is said in the words of the server, and the way on leads nowhere else', async (t) => {
  const member = await site.join()
  const page = await open(t, 'sign-in?next=//evil.example/profile', { allowedStatuses: [401] })
  await signIn(page, member.email, 'not the password')
  await page.getByRole('alert').getByText('Неправильна електронна адреса або пароль').waitFor()
  await checkAccessibility(page)
  await signIn(page, member.email, member.password)
  await page.waitForURL(`${site.baseUrl}profile`)
  await page.goto('sign-in?next=/settings')
  await page.waitForURL(`${site.baseUrl}settings`)
})

test('too many attempts are counted down, and until then there is no button to press', async (t) => {
  const page = await open(t, 'sign-in', { allowedStatuses: [429] })
  const problem = { type: 'x', title: 'Забагато запитів', status: 429, detail: '…', code: 'rate_limited' }
  let isLimited = true
  await page.route('**/api/auth/sign-in/email', (route) =>
    isLimited
      ? route.fulfill({ status: 429, headers: { 'retry-after': '2' }, json: problem })
      : route.continue(),
  )
  const member = await site.join()
  await signIn(page, member.email, member.password)
  await page.getByRole('timer').getByText('0:0').waitFor()
  const button = page.getByRole('button', { name: 'Увійти' })
  assert.equal(await button.isDisabled(), true)
  isLimited = false
  await page.getByText('Тепер можна спробувати ще раз.').waitFor()
  await button.click()
  await page.waitForURL(`${site.baseUrl}profile`)
})

test('a link of a mail that did not work says so', async (t) => {
  const page = await open(t, '?error=INVALID_TOKEN')
  await page.getByRole('alert').getByText('Цим посиланням уже скористалися').waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
})
