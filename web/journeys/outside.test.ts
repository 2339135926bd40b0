/** Where another service signs people in (docs/sign-in.md). */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite, type Site } from '../test/site.ts'

/** Signs everybody in as this person, and sends them back to where they came from. */
let token = ''
const other = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://other.example')
  const back = new URL(searchParams.get('return_to') ?? '')
  back.hash = new URLSearchParams({ access_token: token, state: searchParams.get('state') ?? '' }).toString()
  response.writeHead(302, { location: back.href }).end()
})
other.listen(0, '127.0.0.1')
await once(other, 'listening')
after(() => other.close())
const origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`

const [browser, site] = await Promise.all([
  openBrowser(),
  startSite({ env: { AUTH_BUILT_IN: 'off', AUTH_SIGN_IN_URL: `${origin}/sign-in` } }),
])

async function person(of: Site): Promise<string> {
  const { token: signed } = await of.person({ given_name: 'Олена', role: 'tutor' })
  return signed
}

test('whoever comes back from there is signed in, as long as the tab is open, on the screen they wanted', async (t) => {
  token = await person(site)
  const page = await browser.openPage(t, site, { allowedOrigins: [origin] })
  await page.goto('settings')
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
  await checkAccessibility(page)
  await page.getByRole('button', { name: 'Перейти до входу' }).click()
  await page.getByRole('heading', { level: 1, name: 'Налаштування' }).waitFor()
  assert.equal(new URL(page.url()).hash, '', 'the token stays in no address')
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Налаштування' }).waitFor()
  await page.getByRole('link', { name: 'Вхід і безпека' }).click()
  await page.getByText('Ви входите через інший сервіс.').waitFor()
  assert.equal(await page.getByLabel('Поточний пароль').count(), 0)
  await page.getByRole('link', { name: 'Відкрити цей сервіс' }).waitFor()
  await page.getByRole('button', { name: 'Меню облікового запису' }).click()
  await page.getByRole('menuitem', { name: 'Вийти' }).click()
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
})

test('a token that this tab has not asked for is not taken', async (t) => {
  const stranger = await person(site)
  const page = await browser.openPage(t, site)
  await page.goto(`profile#access_token=${stranger}&state=guessed`)
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
  assert.equal(new URL(page.url()).hash, '')
})

test('whose token ends over a form is led to the sign-in, and comes back to it', async (t) => {
  token = (await site.person({ sub: 'comes-back', role: 'tutor' })).token
  const page = await browser.openPage(t, site, { allowedOrigins: [origin], allowedStatuses: [401] })
  await page.goto('profile')
  await page.getByRole('button', { name: 'Перейти до входу' }).click()
  await page.getByLabel('Одним реченням').fill('Не загубити')
  await page.getByText(/незбережен\S+ змін/).waitFor()
  const problem = {
    type: 'x',
    title: 'Увійдіть, щоб продовжити',
    status: 401,
    detail: '…',
    code: 'unauthorized',
  }
  await page.route('**/api/me/profile/', (route) => route.fulfill({ status: 401, json: problem }))
  await page.getByRole('button', { name: 'Зберегти', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Ваш сеанс завершився' })
  await dialog.getByText(new URL(origin).host).waitFor()
  await checkAccessibility(page)
  await page.unroute('**/api/me/profile/')
  token = await site.token({ sub: 'comes-back', role: 'tutor', jti: 'second' })
  await dialog.getByRole('button', { name: 'Перейти до входу' }).click()
  await page.getByText('Незбережені зміни відновлено').waitFor()
  assert.equal(await page.getByLabel('Одним реченням').inputValue(), 'Не загубити')
  await page.getByRole('button', { name: 'Зберегти', exact: true }).click()
  await page.getByText('Збережено', { exact: true }).waitFor()
  const { tutor_profile: tutor } = (await site.send('GET', '/api/me/profile/', { token })).json()
  assert.equal(tutor.headline, 'Не загубити')
})

test('a token that has ended leads back to the sign-in', async (t) => {
  const { token: ended } = await site.person()
  const page = await browser.openPage(t, site, { allowedStatuses: [401] })
  await page.addInitScript((kept) => sessionStorage.setItem('upm.token', kept), `${ended.slice(0, -4)}AAAA`)
  await page.goto('profile')
  await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
  await page.getByText('Ваш сеанс завершився. Увійдіть, щоб продовжити.').waitFor()
})
