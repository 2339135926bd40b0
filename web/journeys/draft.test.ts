/** What was typed and not saved yet is not lost, whatever happens to the page, the session or the connection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type PageOptions } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const headline = (page: Page) => page.getByLabel('Одним реченням')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const isSaved = (page: Page) => page.getByText('Збережено', { exact: true }).waitFor()
const isUnsaved = (page: Page) => page.getByText(/незбережен\S+ змін/).waitFor()
const isRestored = (page: Page) => page.getByText('Незбережені зміни відновлено').waitFor()
const ended = (page: Page) => page.getByText('Ваш сеанс завершився. Увійдіть, щоб продовжити.')
const endedDialog = (page: Page) => page.getByRole('dialog', { name: 'Ваш сеанс завершився' })

async function openProfile(t: Parameters<typeof browser.openPage>[0], options: PageOptions = {}) {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  await page.goto('profile')
  if (options.viewport === 'phone') await page.getByRole('button', { name: /^Коротко про вас/ }).click()
  await headline(page).waitFor()
  return { member, page }
}

async function signIn(page: Page, { email, password }: Member) {
  await page.getByLabel('Електронна пошта').fill(email)
  await page.getByLabel('Пароль', { exact: true }).fill(password)
  await button(page, 'Увійти').click()
  await page.waitForURL(`${site.baseUrl}profile`)
  await headline(page).waitFor()
}

/** Ends the session on the server. */
async function endSession(page: Page) {
  const answer = await page.request.post('api/auth/sign-out', {
    headers: { origin: new URL(site.baseUrl).origin },
    data: {},
  })
  assert.equal(answer.status(), 200, await answer.text())
}

const keptDrafts = (page: Page) =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('upm.draft.')))

async function documentOf({ token }: Member) {
  return (await site.send('GET', '/api/me/profile/', { token })).json()
}

test('a session that was ended on another device saves nothing, until one has signed in over the form: then the save goes on', async (t) => {
  const { member, page: phone } = await openProfile(t, { viewport: 'phone', allowedStatuses: [401] })
  const desk = await browser.openPage(t, site)
  await site.enter(desk, member)
  await headline(phone).fill('Не загубити')
  await isUnsaved(phone)
  const answer = await desk.request.post('api/auth/revoke-other-sessions', {
    headers: { origin: new URL(site.baseUrl).origin },
    data: {},
  })
  assert.equal(answer.status(), 200, await answer.text())
  await button(phone, 'Зберегти').click()
  await endedDialog(phone).waitFor()
  assert.equal((await documentOf(member)).tutor_profile.headline, '')
  assert.equal(await endedDialog(phone).getByLabel('Електронна пошта').inputValue(), member.email)
  const password = endedDialog(phone).getByLabel('Пароль', { exact: true })
  assert.equal(await password.evaluate((input) => input === document.activeElement), true)
  await phone.keyboard.press('Escape')
  await checkAccessibility(phone)

  await password.fill('not the password')
  await phone.keyboard.press('Enter')
  await endedDialog(phone).getByRole('alert').getByText('Неправильна електронна адреса або пароль').waitFor()
  await checkAccessibility(phone)
  await password.fill(member.password)
  await phone.keyboard.press('Enter')
  await isSaved(phone)
  await endedDialog(phone).waitFor({ state: 'detached' })
  assert.equal(await headline(phone).inputValue(), 'Не загубити')
  assert.equal((await documentOf(member)).tutor_profile.headline, 'Не загубити')
  assert.deepEqual(await keptDrafts(phone), [])
  assert.equal(phone.url(), `${site.baseUrl}profile`)
})

test('whoever signs in again in another tab goes on in this one, too', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [401] })
  await headline(page).fill('Не загубити')
  await endSession(page)
  await button(page, 'Зберегти').click()
  await endedDialog(page).waitFor()
  const opened = page.context().waitForEvent('page')
  await endedDialog(page).getByRole('link', { name: 'Забули пароль?' }).click()
  const other = await opened
  await other.getByRole('link', { name: 'Повернутися до входу' }).click()
  await signIn(other, member)
  await isSaved(page)
  assert.equal((await documentOf(member)).tutor_profile.headline, 'Не загубити')
})

test('whoever does not sign in over the form finds it as it was after signing in elsewhere', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [401] })
  await headline(page).fill('Не загубити')
  await isUnsaved(page)
  await endSession(page)
  await button(page, 'Зберегти').click()
  await endedDialog(page).getByRole('button', { name: 'Увійти до іншого облікового запису' }).click()
  await ended(page).waitFor()
  await checkAccessibility(page)
  await signIn(page, member)
  await isRestored(page)
  await checkAccessibility(page)
  assert.equal(await headline(page).inputValue(), 'Не загубити')
  await button(page, 'Зберегти').click()
  await isSaved(page)
  assert.equal((await documentOf(member)).tutor_profile.headline, 'Не загубити')
  assert.deepEqual(await keptDrafts(page), [])
})

test('whoever loads the page again after the session ended is told so, too', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [401] })
  await headline(page).fill('Не загубити')
  await page.getByLabel('Досвід викладання').fill('сто')
  await isUnsaved(page)
  await endSession(page)
  await page.reload()
  await ended(page).waitFor()
  await signIn(page, member)
  await isRestored(page)
  assert.equal(await headline(page).inputValue(), 'Не загубити')
  assert.equal(await page.getByLabel('Досвід викладання').inputValue(), 'сто')
})

test('a reload restores what was typed, until it is discarded', async (t) => {
  const { member, page } = await openProfile(t)
  await headline(page).fill('Не загубити')
  await isUnsaved(page)
  await page.reload()
  await isRestored(page)
  assert.equal(await headline(page).inputValue(), 'Не загубити')
  await button(page, 'Скасувати зміни').click()
  assert.equal(await headline(page).inputValue(), '')
  assert.deepEqual(await keptDrafts(page), [])

  await page.evaluate(
    (id) => sessionStorage.setItem(`upm.draft.${id}`, '{"version":1,"edits":'),
    member.userId,
  )
  await page.reload()
  await headline(page).waitFor()
  assert.equal(await headline(page).inputValue(), '')
  assert.equal(await button(page, 'Зберегти').count(), 0)
})

test('what was restored overwrites nothing that was changed meanwhile', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [412] })
  await headline(page).fill('Мій заголовок')
  await isUnsaved(page)
  const answer = await site.send('PATCH', '/api/me/profile/', {
    token: member.token,
    body: { tutor_profile: { headline: 'Інший заголовок', bio: 'Інша розповідь' } },
  })
  assert.equal(answer.statusCode, 200)
  await page.reload()
  await isRestored(page)
  assert.equal(await headline(page).inputValue(), 'Мій заголовок')
  assert.equal(await page.getByLabel('Про себе').inputValue(), 'Інша розповідь')
  await button(page, 'Зберегти').click()
  const conflict = page.getByRole('dialog', { name: 'Профіль змінили в іншому місці' })
  await conflict.getByRole('button', { name: 'Зберегти' }).click()
  await isSaved(page)
  const { tutor_profile: tutor } = await documentOf(member)
  assert.deepEqual([tutor.headline, tutor.bio], ['Мій заголовок', 'Інша розповідь'])
})

test('whoever signs out in another tab loses nothing in this one', async (t) => {
  const { member, page } = await openProfile(t)
  await headline(page).fill('Не загубити')
  await isUnsaved(page)
  const other = await page.context().newPage()
  await other.goto('profile')
  await headline(other).waitFor()
  assert.equal(await headline(other).inputValue(), '')
  await other.getByRole('button', { name: 'Меню облікового запису' }).click()
  await other.getByRole('menuitem', { name: 'Вийти' }).click()
  await other.waitForURL(`${site.baseUrl}sign-in`)
  await ended(page).waitFor()
  await signIn(page, member)
  await isRestored(page)
  assert.equal(await headline(page).inputValue(), 'Не загубити')
  await other.waitForURL(`${site.baseUrl}profile`)
})

test('a crash takes nothing along', async (t) => {
  const { page } = await openProfile(t)
  await headline(page).fill('Не загубити')
  await isUnsaved(page)
  const tab = await page.context().newCDPSession(page)
  await tab.send('Page.enable')
  const crashed = page.waitForEvent('crash')
  // There is nobody left to answer.
  void tab.send('Page.crash').catch(() => {})
  await crashed
  const loaded = new Promise<void>((resolve) => tab.once('Page.loadEventFired', () => resolve()))
  await tab.send('Page.reload')
  await loaded
  // Playwright does not speak to a page that has crashed, also when it is there again.
  const { result } = await tab.send('Runtime.evaluate', {
    awaitPromise: true,
    expression: `new Promise((resolve) => {
      const look = () => document.body.innerText.includes('Незбережені зміни відновлено')
        ? resolve([...document.querySelectorAll('input')].map(({ value }) => value).join())
        : requestAnimationFrame(look)
      look()
    })`,
  })
  assert.match(String(result.value), /Не загубити/)
})

test('a release takes nothing along, also when it has replaced the files of the page', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [401, 404] })
  await headline(page).fill('Не загубити')
  await isUnsaved(page)
  let asked = 0
  await page.route(/\/ended-dialog-[^/]+\.js$/, (route) => {
    asked += 1
    return route.fulfill({ status: 404, body: '' })
  })
  await endSession(page)
  await button(page, 'Зберегти').click()
  // The sign-in is there in the place of the dialog: every screen has its script.
  await ended(page).waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
  assert.ok(asked > 0)
  await signIn(page, member)
  await isRestored(page)
  assert.equal(await headline(page).inputValue(), 'Не загубити')
})

test('another account sees nothing of it, and nothing of it is left then', async (t) => {
  const { page } = await openProfile(t, { allowedStatuses: [401] })
  await headline(page).fill('Чуже')
  await isUnsaved(page)
  await endSession(page)
  await page.reload()
  await ended(page).waitFor()
  const other = await site.join({ name: 'Інша Людина' })
  await signIn(page, other)
  assert.equal(await page.getByRole('textbox', { name: 'Ім’я' }).inputValue(), 'Інша')
  assert.equal(await headline(page).inputValue(), '')
  assert.equal(await button(page, 'Зберегти').count(), 0)
  assert.deepEqual(await keptDrafts(page), [])
})

test('signing out leaves nothing of it in the tab', async (t) => {
  const { member, page } = await openProfile(t)
  await headline(page).fill('Не для інших')
  await isUnsaved(page)
  await page.goto('sign-out')
  assert.equal((await keptDrafts(page)).length, 1)
  await button(page, 'Вийти').click()
  await page.waitForURL(`${site.baseUrl}sign-in`)
  assert.deepEqual(await keptDrafts(page), [])
  await signIn(page, member)
  assert.equal(await headline(page).inputValue(), '')
})

test('each of two accounts in one browser gets its own document, also by a request that the browser may keep', async (t) => {
  const { member, page } = await openProfile(t)
  const other = await site.join()
  const emailOf = (token: string) =>
    page.evaluate(async (bearer) => {
      const answer = await fetch('api/me/profile/', { headers: { authorization: `Bearer ${bearer}` } })
      const document = (await answer.json()) as { user: { email: string } }
      return document.user.email
    }, token)
  for (const { token, email } of [member, other, member]) assert.equal(await emailOf(token), email)
})
