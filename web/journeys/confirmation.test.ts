import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openMailbox } from '../../server/test/mailbox.ts'
import { useTestApp } from '../../server/test/test-app.ts'
import { SIGN_IN_ENV } from '../../server/test/visitor.ts'
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
const { app } = await useTestApp({
  env: { ...SIGN_IN_ENV, PUBLIC_URL: origin, SMTP_URL: mailbox.smtpUrl },
})
await app.listen({ host: '127.0.0.1', port })
const site = { baseUrl: `${origin}/` }

test('with a mail server a newcomer opens the link, signs in there, and is at home on every device', async (t) => {
  const [desktop, phone] = [
    await browser.openPage(t, site, { allowedStatuses: [403] }),
    await browser.openPage(t, site, { viewport: 'phone' }),
  ]
  const signIn = async (page: typeof desktop) => {
    await page.getByLabel('Електронна пошта').fill('newcomer@example.com')
    await page.getByLabel('Пароль', { exact: true }).fill('правильний кінь')
    await page.getByRole('button', { name: 'Увійти' }).click()
  }

  await desktop.goto('sign-up')
  await desktop.getByLabel('Репетитор').check()
  await desktop.getByLabel('Ім’я та прізвище').fill('Олена Коваль')
  await desktop.getByLabel('Електронна пошта').fill('newcomer@example.com')
  await desktop.getByLabel('Пароль', { exact: true }).fill('правильний кінь')
  const mail = await mailbox.mailOf(() => desktop.getByRole('button', { name: 'Зареєструватися' }).click())
  await desktop.getByRole('heading', { name: 'Перевірте пошту' }).waitFor()

  // The mail is read on the phone.
  await phone.goto(mail.url.href)
  await phone.getByRole('status').getByText('Увійдіть із паролем, який ви вибрали').waitFor()
  assert.equal(new URL(phone.url()).searchParams.has('token'), false)
  await desktop.goto('sign-in')
  await mailbox.mailOf(() => signIn(desktop))
  await desktop.getByText('ще не підтверджено').waitFor()
  await signIn(phone)
  await phone.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
  await signIn(desktop)
  await desktop.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
})
