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
const isSaved = (page: Page) => page.getByText('Профіль оновлено.').waitFor()
const isUnsaved = (page: Page) => page.getByText('Є незбережені зміни').waitFor()
const isRestored = (page: Page) => page.getByText('Незбережені зміни відновлено').waitFor()
const ended = (page: Page) => page.getByText('Ваш сеанс завершився. Увійдіть, щоб продовжити.')

async function openProfile(t: Parameters<typeof browser.openPage>[0], options: PageOptions = {}) {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  await page.goto('profile')
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

/** Ends the session on the server, and lets the time pass in which the access token would still be accepted. */
async function endSession(page: Page) {
  const answer = await page.request.post('api/auth/sign-out', {
    headers: { origin: new URL(site.baseUrl).origin },
    data: {},
  })
  assert.equal(answer.status(), 200, await answer.text())
  await page.evaluate(() => {
    const { now } = Date
    Date.now = () => now() + 20 * 60 * 1000
  })
}

const keptDrafts = (page: Page) =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('upm.draft.')))

async function documentOf({ token }: Member) {
  return (await site.send('GET', '/api/me/profile/', { token })).json()
}

test('a session that ended takes nothing along: after signing in the form is as it was', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [401] })
  await headline(page).fill('Не загубити')
  await page.getByLabel('Досвід викладання').fill('сто')
  await endSession(page)
  await button(page, 'Зберегти').click()
  await ended(page).waitFor()
  await checkAccessibility(page)
  await signIn(page, member)
  await isRestored(page)
  await checkAccessibility(page)
  assert.equal(await headline(page).inputValue(), 'Не загубити')
  assert.equal(await page.getByLabel('Досвід викладання').inputValue(), 'сто')
  await page.getByLabel('Досвід викладання').fill('12')
  await isUnsaved(page)
  await button(page, 'Зберегти').click()
  await isSaved(page)
  const { tutor_profile: tutor } = await documentOf(member)
  assert.deepEqual([tutor.headline, tutor.experience_years], ['Не загубити', 12])
  assert.deepEqual(await keptDrafts(page), [])
})

test('whoever loads the page again after the session ended is told so, too', async (t) => {
  const { member, page } = await openProfile(t, { allowedStatuses: [401] })
  await headline(page).fill('Не загубити')
  await isUnsaved(page)
  await endSession(page)
  await page.reload()
  await ended(page).waitFor()
  await signIn(page, member)
  await isRestored(page)
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
  const dialog = page.getByRole('dialog', { name: 'Профіль змінили в іншому місці' })
  await dialog.getByRole('button', { name: 'Зберегти' }).click()
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

test('another account sees nothing of it, and nothing of it is left then', async (t) => {
  const { page } = await openProfile(t, { allowedStatuses: [401] })
  await headline(page).fill('Чуже')
  await isUnsaved(page)
  await endSession(page)
  await page.reload()
  await ended(page).waitFor()
  const other = await site.join()
  await signIn(page, other)
  assert.equal(await page.getByLabel('Електронна пошта').inputValue(), other.email)
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
