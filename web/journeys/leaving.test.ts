/** Somebody leaves, and comes back within the grace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { query, sql } from '../../server/src/database/database.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { takeScreenshot } from '../test/screenshot.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

test('leave, and come back within the grace', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: [400, 401, 403] })
  await site.enter(page, member)
  await page.goto('security')
  await page.getByRole('link', { name: 'Видалити обліковий запис' }).waitFor()
  await checkAccessibility(page)
  await page.getByRole('link', { name: 'Видалити обліковий запис' }).click()
  await page.getByRole('heading', { level: 1, name: 'Видалення облікового запису' }).waitFor()
  await page.getByText('Протягом 14 днів обліковий запис можна відновити').waitFor()
  const confirm = page.getByLabel('Ваша електронна адреса')
  await confirm.fill('somebody@example.com')
  await checkAccessibility(page)
  await takeScreenshot(page, 'delete-account', { fullPage: true })
  await page.getByRole('button', { name: 'Видалити обліковий запис' }).click()
  await page.getByText('Це не збігається з даними вашого облікового запису.').waitFor()

  // Somebody who has signed in too long ago is asked to do so again.
  await query(site.pool, sql`update auth."session" set "createdAt" = now() - interval '1 hour'`)
  await page.reload()
  await confirm.fill(member.email)
  await page.keyboard.press('Enter')
  await page.getByRole('alert', { name: 'Увійдіть ще раз' }).waitFor()
  await checkAccessibility(page)
  await page.getByRole('main').getByRole('link', { name: 'Увійти' }).click()
  await page.getByLabel('Електронна пошта').fill(member.email)
  await page.getByLabel('Пароль', { exact: true }).fill(member.password)
  await page.keyboard.press('Enter')
  await confirm.fill(member.email.toUpperCase())
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Обліковий запис видаляється' }).waitFor()
  await checkAccessibility(page)
  assert.deepEqual(await query(site.pool, sql`select from auth."session"`), [], 'all sessions have ended')

  // On a phone, in English, some days later.
  const phone = await browser.openPage(t, site, { viewport: 'phone', language: 'en', allowedStatuses: [403] })
  await site.enter(phone, member)
  await phone.goto('profile')
  await phone.getByRole('heading', { level: 1, name: 'Your account will be deleted' }).waitFor()
  // What the account holds can still be taken along.
  await phone.getByRole('heading', { level: 2, name: 'Take your data along' }).waitFor()
  await checkAccessibility(phone)
  await takeScreenshot(phone, 'account-leaving', { fullPage: true })
  await phone.getByRole('button', { name: 'Restore the account' }).click()
  await phone.getByText('Your account was restored.').waitFor()
  await phone.waitForURL('**/profile')
  assert.deepEqual((await site.actions(member.userId)).slice(-3), [
    'system.account.leaving',
    'system.login',
    'system.account.restored',
  ])
})

test('a visitor reads what is deleted, and is led to the sign-in and back', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { viewport: 'phone', language: 'en' })
  await page.goto('delete-account')
  await page.getByText('For 14 days you can restore the account').waitFor()
  await checkAccessibility(page)
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail').fill(member.email)
  await page.getByLabel('Password', { exact: true }).fill(member.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/delete-account')
  // In the language of the account.
  await page.getByLabel('Ваша електронна адреса').waitFor()
})
