import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInvitation, invitationLink } from '../../server/src/sign-in/invitations.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, invited, closed] = await Promise.all([
  openBrowser(),
  startSite({ env: { AUTH_SIGN_UP: 'invited' } }),
  startSite({ env: { AUTH_SIGN_UP: 'off' } }),
])

test('whoever is invited signs up by the link, as what and with the address that it says, once', async (t) => {
  const invitation = { email: 'guest@example.com', role: 'tutor', mailed: false, seconds: 3600 }
  const token = await createInvitation(invited.pool, invitation)
  const link = invitationLink(invited.baseUrl.replace(/\/$/, ''), token, invitation)

  const page = await browser.openPage(t, invited, { language: 'en' })
  await page.goto(link)
  const email = page.getByLabel('E-mail')
  await email.waitFor()
  assert.equal(await email.inputValue(), 'guest@example.com')
  assert.equal(await email.getAttribute('readonly'), '')
  assert.equal(await page.getByRole('radio').count(), 0)
  await checkAccessibility(page)
  await page.getByLabel('First and last name').fill('Guest Koval')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Profile' }).waitFor()

  const other = await browser.openPage(t, invited, { language: 'en', allowedStatuses: [403] })
  await other.goto(link)
  await other.getByLabel('First and last name').fill('Somebody Else')
  await other.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await other.keyboard.press('Enter')
  await other.getByRole('alert').getByText('This invitation cannot be used').waitFor()
})

test('without an invitation the page says how to get one, and leads nowhere in vain', async (t) => {
  const page = await browser.openPage(t, invited, {})
  await page.goto('sign-in')
  await page.getByText('Відкрийте посилання із запрошення').waitFor()
  assert.equal(await page.getByRole('link', { name: 'Зареєструватися' }).count(), 0)
  await page.goto('sign-up')
  await page.getByText('Зареєструватися можна лише за запрошенням').waitFor()
  assert.equal(await page.getByRole('textbox').count(), 0)
  await checkAccessibility(page)
  await page.getByRole('main').getByRole('link', { name: 'Увійти' }).click()
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
})

test('where nobody can sign up the page does not offer it', async (t) => {
  const page = await browser.openPage(t, closed, { language: 'en' })
  await page.goto('sign-in')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  assert.equal(await page.getByText(/sign up|no account yet/i).count(), 0)
  await page.goto('sign-up')
  await page.getByText('Sign-up is closed.').waitFor()
  assert.equal(await page.getByRole('textbox').count(), 0)
})

test('an account that has lost its address says so', async (t) => {
  const site = await startSite()
  const person = await site.join({ name: 'Тарас' })
  const page = await browser.openPage(t, site, {})
  await site.enter(page, person)
  const token = await site.token({ sub: 'owner', email: person.email, email_verified: true })
  assert.equal((await site.send('GET', '/api/me/profile/', { token })).statusCode, 200)
  await page.goto('profile')
  await page.getByText('Хтось інший підтвердив').waitFor()
  await page.goto('activity')
  await page.getByRole('heading', { level: 1, name: 'Активність' }).waitFor()
  await checkAccessibility(page)
})
