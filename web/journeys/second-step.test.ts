/** Somebody turns on two-step verification, signs in with codes of an app and from paper, and turns it off. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { authenticator } from '../../server/test/authenticator.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

async function signIn(page: Page, { email, password }: Member): Promise<void> {
  await page.getByLabel('Електронна пошта').fill(email)
  await page.getByLabel('Пароль', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

test('two-step verification is set up, asked for, and turned off', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { viewport: 'phone', allowedStatuses: [400, 403] })
  await site.enter(page, member)
  await page.goto('security')
  const card = page.getByRole('region', { name: 'Двоетапна перевірка' })
  await card.getByRole('button', { name: 'Налаштувати' }).click()
  const setUp = page.getByRole('dialog', { name: 'Налаштування двоетапної перевірки' })
  await setUp.getByLabel('Ваш пароль').fill(member.password)
  await page.keyboard.press('Enter')
  await setUp.getByRole('img', { name: 'QR-код для застосунку' }).waitFor()
  await checkAccessibility(page)
  const key = (await setUp.locator('code').innerText()).replaceAll(' ', '')
  const app = authenticator(`otpauth://totp/x?secret=${key}`)
  const code = setUp.getByLabel('Код із застосунку')
  assert.equal(await code.evaluate((input) => input === document.activeElement), true)
  await code.fill('000000')
  await page.keyboard.press('Enter')
  await setUp.getByText('Код неправильний.').waitFor()
  await code.fill(await app.code(-1))
  await page.keyboard.press('Enter')

  const saved = page.getByRole('dialog', { name: 'Збережіть резервні коди' })
  const list = saved.getByRole('list', { name: 'Резервні коди' })
  await list.waitFor()
  const codes = await list.getByRole('listitem').allInnerTexts()
  assert.equal(codes.length, 10)
  await checkAccessibility(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    saved.getByRole('link', { name: 'Завантажити' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'recovery-codes.txt')
  await page.keyboard.press('Escape')
  await saved.getByRole('button', { name: 'Коди збережено' }).click()
  await saved.waitFor({ state: 'detached' })
  await card.getByText('Залишилося 10 резервних кодів').waitFor()
  await page
    .getByRole('region', { name: 'Останні події' })
    .getByText('Двоетапну перевірку ввімкнено')
    .waitFor()
  await checkAccessibility(page)

  // Another browser, with the app.
  const elsewhere = await browser.openPage(t, site, { allowedStatuses: [400, 403] })
  await elsewhere.goto('sign-in?next=/security')
  await signIn(elsewhere, member)
  const asked = elsewhere.getByLabel('Код', { exact: true })
  await asked.waitFor()
  await checkAccessibility(elsewhere)
  await asked.fill('000000')
  await elsewhere.keyboard.press('Enter')
  await elsewhere.getByText('Код неправильний.').waitFor()
  await elsewhere.getByLabel('Не запитувати в цьому браузері 30 днів').check()
  await asked.fill(await app.code())
  await elsewhere.keyboard.press('Enter')
  await elsewhere.getByRole('heading', { level: 1, name: 'Вхід і безпека' }).waitFor()

  // It is trusted from now on: the password is enough there.
  await elsewhere.goto('sign-out')
  await elsewhere.getByRole('button', { name: 'Вийти' }).click()
  await signIn(elsewhere, member)
  await elsewhere.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()

  // And somebody without their phone.
  await page.goto('sign-out')
  await page.getByRole('button', { name: 'Вийти' }).click()
  await signIn(page, member)
  await page.getByRole('button', { name: 'Скористатися резервним кодом' }).click()
  const [recovery = ''] = codes
  await page.getByLabel('Резервний код', { exact: true }).fill(recovery.toUpperCase())
  await checkAccessibility(page)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()

  await page.goto('security')
  await card.getByText('Залишилося 9 резервних кодів').waitFor()
  await card.getByRole('button', { name: 'Вимкнути' }).click()
  const off = page.getByRole('dialog', { name: 'Вимкнути двоетапну перевірку?' })
  await off.getByLabel('Ваш пароль').fill(member.password)
  await off.getByLabel('Код із застосунку або резервний код').fill(codes[1] ?? '')
  await checkAccessibility(page)
  await page.keyboard.press('Enter')
  await card.getByRole('button', { name: 'Налаштувати' }).waitFor()
})
