import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

test('sessions elsewhere are listed and ended, and a new password ends them all', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: [400] })
  await site.enter(page, member)
  await page.goto('security')
  await page.getByText('Цей пристрій').waitFor()
  const elsewhere = async (userAgent: string) => {
    const { email, password } = member
    const headers = { 'user-agent': userAgent, 'x-forwarded-for': '198.18.250.1' }
    const answer = await site.send('POST', '/api/auth/sign-in/email', { body: { email, password }, headers })
    assert.equal(answer.statusCode, 200)
  }
  await elsewhere('Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0')
  await elsewhere('curl/8.5.0')
  await page.reload()
  await page.getByRole('button', { name: 'Завершити сеанс: curl 8' }).click()
  await page.getByText('Сеанс завершено.').waitFor()
  await page.getByText('Firefox 145, Linux').waitFor()
  await page.getByLabel('Поточний пароль').fill('not the password')
  await page.getByLabel('Новий пароль').fill('Password12!')
  await page.keyboard.press('Enter')
  await page.getByText('Цей пароль легко вгадати').waitFor()
  await page.getByLabel('Новий пароль').fill('a new password')
  await page.keyboard.press('Enter')
  await page.getByText('Пароль неправильний.').waitFor()
  await page.getByLabel('Поточний пароль').fill(member.password)
  await page.keyboard.press('Enter')
  await page.getByText('Пароль змінено.').waitFor()
  await page.getByText('Firefox 145, Linux').waitFor({ state: 'detached' })
  await checkAccessibility(page)
  await page.reload()
  await page.getByText('Цей пристрій').waitFor()
})
