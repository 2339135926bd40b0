/** Somebody changes the address that they sign in with, and whoever has the old one takes it back. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openMailbox } from '../../server/test/mailbox.ts'
import { useTestApp } from '../../server/test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../server/test/visitor.ts'
import { createInvitation } from '../../server/src/sign-in/invitations.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'

/** Links in mails need the address before the server listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const [browser, mailbox, port] = await Promise.all([openBrowser(), openMailbox(), freePort()])
const origin = `http://127.0.0.1:${port}`
const { app, pool, send } = await useTestApp({
  env: { ...SIGN_IN_ENV, PUBLIC_URL: origin, SMTP_URL: mailbox.smtpUrl },
})
await app.listen({ host: '127.0.0.1', port })
const site = { baseUrl: `${origin}/` }

test('an address is changed on the screen of security, confirmed by a link, and taken back from the old one', async (t) => {
  const person = visitor({ send }, 'old@example.com')
  const invitation = await createInvitation(pool, { email: person.email, mailed: true, seconds: 600 })
  await person.signUp({ invitation, name: 'Олена Коваль' })
  const page = await browser.openPage(t, site, { allowedStatuses: [400, 401], viewport: 'phone' })
  const enter = async (on: typeof page, email: string, password: string) => {
    await on.getByLabel('Електронна пошта').fill(email)
    await on.getByLabel('Пароль', { exact: true }).fill(password)
    await on.keyboard.press('Enter')
  }
  await page.goto('sign-in?next=/security')
  await enter(page, person.email, PASSWORD)

  const card = page.getByRole('region', { name: 'Електронна пошта' })
  await card.getByRole('button', { name: 'Змінити адресу' }).click()
  const address = card.getByLabel('Нова електронна адреса')
  assert.equal(await address.evaluate((input) => input === document.activeElement), true)
  await address.fill('new@example')
  await card.getByLabel('Ваш пароль').fill('not the password')
  await page.keyboard.press('Enter')
  await card.getByText('Введіть електронну адресу на зразок name@example.com.').waitFor()
  await address.fill('new@example.com')
  await page.keyboard.press('Enter')
  await card.getByText('Пароль неправильний.').waitFor()
  await checkAccessibility(page)
  await card.getByLabel('Ваш пароль').fill(PASSWORD)
  const link = await mailbox.mailTo('new@example.com', '/confirm-email', () => page.keyboard.press('Enter'))
  await card.getByText('Ми надіслали посилання на new@example.com.').waitFor()
  await card.getByText('old@example.com').waitFor()

  // In another browser somebody has to sign in first, and is led back.
  const elsewhere = await browser.openPage(t, site)
  await elsewhere.goto(link.url.href)
  await elsewhere.getByRole('link', { name: 'Увійти' }).first().waitFor()
  await checkAccessibility(elsewhere)
  await elsewhere.getByRole('main').getByRole('link', { name: 'Увійти' }).click()
  await enter(elsewhere, person.email, PASSWORD)
  const confirm = elsewhere.getByRole('button', { name: 'Підтвердити адресу' })
  await confirm.waitFor()
  await checkAccessibility(elsewhere)
  const told = await mailbox.mailTo('old@example.com', '/undo-email', () => confirm.click())
  await elsewhere.getByText('Електронну адресу змінено.').first().waitFor()
  const changed = elsewhere.getByRole('region', { name: 'Електронна пошта' })
  await changed.getByText('new@example.com').waitFor()
  await elsewhere
    .getByRole('region', { name: 'Останні події' })
    .getByText('Електронну адресу змінено')
    .waitFor()

  await page.goto(link.url.href)
  await page.getByRole('button', { name: 'Підтвердити адресу' }).click()
  await page.getByText('Це посилання вже недійсне').waitFor()

  await page.goto(told.url.href)
  await page.getByRole('heading', { name: 'Повернення облікового запису' }).waitFor()
  await checkAccessibility(page)
  await page.getByRole('button', { name: 'Повернути обліковий запис' }).click()
  await page.getByLabel('Новий пароль').fill('цілком новий пароль')
  await page.keyboard.press('Enter')
  await page.getByText('Пароль змінено. Увійдіть із новим.').waitFor()
  await enter(page, 'old@example.com', 'цілком новий пароль')
  await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
})
