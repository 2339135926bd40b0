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
  assert.match(await page.getByRole('combobox', { name: 'Time zone' }).inputValue(), /^Kyiv · Ukraine$/)
  assert.equal(await page.getByRole('radio', { name: 'English' }).isChecked(), true)
  const { rows } = await site.pool.query<{ id: number }>('select id from users where email = $1', [
    `new-${people}@example.com`,
  ])
  const actions = await site.actions(rows[0]?.id ?? 0)
  assert.deepEqual(actions, ['system.profile.initialized', 'system.login'], 'nothing that they did not do')
})

test('what is left blank is said before anything is sent, and what is refused beside its field', async (t) => {
  const page = await open(t, 'sign-up', { allowedStatuses: [400] })
  const isFocused = (input: HTMLElement) => input === document.activeElement
  assert.equal(await page.getByLabel('Репетитор').evaluate(isFocused), true)
  const password = page.getByLabel('Пароль', { exact: true })
  await password.fill('Password12!')
  await page.getByText('Надто поширений').waitFor()
  await password.fill('три коні в полі')
  await page.getByText('Надійний.', { exact: true }).waitFor()
  await password.fill('🔑'.repeat(9))
  await page.getByText('Ще 1 символ.').waitFor()
  // What is wrong with a field is said when it is left, and of all of them at once when they are to be sent.
  await page.getByLabel('Електронна пошта').fill('maria@localhost')
  await page.getByText('Щонайменше 10 символів.', { exact: true }).waitFor()
  assert.equal(await page.getByText('Ще 1 символ.').count(), 0, 'one sentence for a fault')
  await page.keyboard.press('Enter')
  await page.getByText('Виберіть роль.').waitFor()
  await page.getByText('Введіть адресу на зразок name@example.com.').waitFor()
  await page.getByText('Щонайменше 10 символів.', { exact: true }).waitFor()
  assert.equal(await page.getByText('Заповніть це поле.').count(), 1)
  assert.equal(await page.getByRole('radiogroup').evaluate(isFocused), true)
  await checkAccessibility(page)
  await page.getByLabel('Електронна пошта').fill('')
  await password.fill('')
  await page.keyboard.press('Enter')
  assert.equal(await page.getByText('Заповніть це поле.').count(), 3)
  await page.getByText('Знайти репетитора й описати свої цілі.').click()
  assert.equal(await page.getByLabel('Учень / учениця').isChecked(), true)
  await page.getByLabel('Ім’я та прізвище').fill('Оля')
  const email = page.getByLabel('Електронна пошта')
  await email.fill('оля')
  await password.fill('Password12!')
  await page.keyboard.press('Enter')
  assert.equal(await email.getAttribute('aria-invalid'), 'true')
  assert.equal(await email.evaluate(isFocused), true)
  await email.fill('olia@example.com')
  await page.keyboard.press('Enter')
  await page.getByText('Цей пароль легко вгадати').waitFor()
  assert.equal(await password.evaluate(isFocused), true)
  assert.equal(await page.getByText('Надто поширений').count(), 0)
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
  await notice.getByRole('link', { name: 'Відновлення пароля' }).waitFor()
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

test('whoever has forgotten the password of a site without mails is told who can help', async (t) => {
  const helpful = await startSite({ env: { SUPPORT_URL: 'https://support.example/help' } })
  const page = await browser.openPage(t, helpful)
  await page.goto('sign-in')
  await page.getByRole('link', { name: 'Забули пароль?' }).click()
  await page.getByText('Пароль може скинути адміністратор.').waitFor()
  const support = page.getByRole('link', { name: 'Написати в підтримку' })
  assert.equal(await support.getAttribute('href'), 'https://support.example/help')
  await checkAccessibility(page)
  await page.goto('reset-password')
  await page.getByRole('alert').getByText('Посилання неповне.').waitFor()
  await checkAccessibility(page)
  await page.getByRole('link', { name: 'Як відновити пароль' }).click()
  await page.getByText('Пароль може скинути адміністратор.').waitFor()
  await page.goto('reset-password?error=INVALID_TOKEN')
  await page.getByRole('alert').getByText('Цим посиланням уже скористалися').waitFor()
})

test('the sign-up does not move under the finger while it is loaded', async (t) => {
  const page = await browser.openPage(t, site, { viewport: 'phone' })
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (window as unknown as { shift: number }).shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.route('**/api/profile-types/', async (route) => {
    await page.getByText('Завантаження…').waitFor()
    await route.continue()
  })
  await page.goto('sign-up')
  await page.getByLabel('Репетитор').waitFor()
  await page.getByRole('button', { name: 'Зареєструватися' }).waitFor()
  assert.ok((await page.evaluate(() => (window as unknown as { shift: number }).shift)) <= 0.01)
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
