/** Somebody adds a passkey, signs in with it, renames it and removes it: with an authenticator of the browser's own. */
import { test } from 'node:test'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, started] = await Promise.all([openBrowser(), startSite()])
// Of an address of numbers no passkey can be.
const site = { ...started, baseUrl: started.baseUrl.replace('127.0.0.1', 'localhost') }

test('a passkey is added, signs in, and is removed', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { viewport: 'phone', allowedStatuses: [400] })
  const devices = await page.context().newCDPSession(page)
  await devices.send('WebAuthn.enable')
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto('sign-in?next=/security')
  await page.getByRole('button', { name: 'Увійти з ключем доступу' }).waitFor()
  await checkAccessibility(page)
  await page.getByLabel('Електронна пошта').fill(member.email)
  await page.getByLabel('Пароль', { exact: true }).fill(member.password)
  await page.keyboard.press('Enter')

  const card = page.getByRole('region', { name: 'Ключі доступу' })
  await card.getByText('У вас ще немає ключів доступу.').waitFor()
  await card.getByRole('button', { name: 'Додати ключ доступу' }).click()
  const adding = page.getByRole('dialog', { name: 'Додати ключ доступу' })
  await adding.getByLabel('Назва').fill('Телефон')
  await adding.getByLabel('Ваш пароль').fill('not the password')
  await page.keyboard.press('Enter')
  await adding.getByText('Пароль неправильний.').waitFor()
  await checkAccessibility(page)
  await adding.getByLabel('Ваш пароль').fill(member.password)
  await page.keyboard.press('Enter')
  await card.getByText('Телефон', { exact: true }).waitFor()
  await adding.waitFor({ state: 'detached' })
  await checkAccessibility(page)

  await page.goto('sign-out')
  await page.getByRole('button', { name: 'Вийти' }).click()
  await page.getByRole('button', { name: 'Увійти з ключем доступу' }).click()
  await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()

  await page.goto('security')
  await card.getByText('останній вхід:').waitFor()
  await card.getByRole('button', { name: 'Перейменувати: Телефон' }).click()
  await page.getByRole('dialog').getByLabel('Назва').fill('Старий телефон')
  await page.keyboard.press('Enter')
  await card.getByRole('button', { name: 'Вилучити: Старий телефон' }).click()
  await page
    .getByRole('dialog', { name: 'Вилучити ключ доступу?' })
    .getByLabel('Ваш пароль')
    .fill(member.password)
  await page.keyboard.press('Enter')
  await card.getByText('У вас ще немає ключів доступу.').waitFor()
  await page.getByRole('region', { name: 'Останні події' }).getByText('Вилучено ключ доступу').waitFor()
})
