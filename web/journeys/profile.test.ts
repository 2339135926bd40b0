import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const headline = (page: Page) => page.getByLabel('Одним реченням')
const save = (page: Page) => page.getByRole('button', { name: 'Зберегти', exact: true })
const isSaved = (page: Page) => page.getByText('Збережено', { exact: true }).waitFor()

async function openProfile(t: Parameters<typeof browser.openPage>[0], statuses: number[] = []) {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: statuses })
  await site.enter(page, member)
  await page.goto('profile')
  await headline(page).waitFor()
  return { member, page }
}

async function documentOf({ token }: { token: string }) {
  return (await site.send('GET', '/api/me/profile/', { token })).json()
}

test('what was not accepted stands beside its field, and all of it at once', async (t) => {
  const { member, page } = await openProfile(t, [400])
  await headline(page).fill('х'.repeat(121))
  await page.getByText('Зайвих символів: 1').waitFor()
  await page.getByLabel('Досвід викладання').fill('сто')
  await page.getByRole('textbox', { name: 'Ціна за годину' }).fill('12,5 грн')
  await save(page).click()
  await page.getByText('3 поля потребують уваги.').waitFor()
  await page.getByText('Не більше ніж 120 символів.').waitFor()
  await page.getByText('Очікується ціле число').waitFor()
  assert.equal(await headline(page).evaluate((input) => input === document.activeElement), true)
  await checkAccessibility(page)
  assert.equal((await documentOf(member)).version, 1, 'nothing was changed')

  await headline(page).fill('х'.repeat(120))
  await page.getByText('Не більше ніж 120 символів.').waitFor({ state: 'detached' })
  await page.getByLabel('Досвід викладання').fill('12')
  await page.getByRole('textbox', { name: 'Ціна за годину' }).fill('12,5')
  await save(page).click()
  await isSaved(page)
  const { tutor_profile: tutor } = await documentOf(member)
  assert.deepEqual(
    [tutor.headline.length, tutor.experience_years, tutor.hourly_rate],
    [120, 12, { amount: '12.5', currency: 'UAH' }],
  )
})

test('subjects, languages and formats are chosen by their names', async (t) => {
  const { member, page } = await openProfile(t)
  const choose = async (label: string, typed: string, option: string | RegExp) => {
    await page.getByRole('combobox', { name: label }).fill(typed)
    await page.getByRole('option', { name: option }).click()
    // The list stays open for the next one, over what is below it.
    await page.keyboard.press('Escape')
  }
  await choose('Предмети', 'алг', 'Алгебра')
  await choose('Предмети', 'геом', 'Геометрія')
  await choose('Мови викладання', 'україн', 'Українська')
  await choose('Мови викладання', 'en-gb', /англійська/i)
  await page.getByLabel('Онлайн').check()
  await page.getByRole('combobox', { name: 'Валюта' }).click()
  await page.getByRole('option', { name: /^EUR/ }).click()
  await page.getByRole('textbox', { name: 'Ціна за годину' }).fill('20')
  await save(page).click()
  await isSaved(page)
  const { tutor_profile: tutor } = await documentOf(member)
  assert.deepEqual(tutor.subjects, ['algebra', 'geometry'])
  assert.deepEqual(tutor.languages, ['uk', 'en-GB'])
  assert.deepEqual(tutor.lesson_formats, ['online'])
  assert.deepEqual(tutor.hourly_rate, { amount: '20', currency: 'EUR' })
})

test('nothing is lost unasked: not by another screen, and discarding takes one click', async (t) => {
  const { member, page } = await openProfile(t)
  await headline(page).fill('Незбережене')
  await page.getByText(/незбережен\S+ змін/).waitFor()
  await page.getByRole('link', { name: 'Активність' }).click()
  await page.getByRole('dialog').waitFor()
  await checkAccessibility(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Продовжити редагування' }).click()
  assert.equal(await headline(page).inputValue(), 'Незбережене')
  await page.getByRole('button', { name: 'Скасувати зміни' }).click()
  assert.equal(await headline(page).inputValue(), '')
  await save(page).waitFor({ state: 'detached' })
  await headline(page).fill('Ще одне')
  await page.getByRole('link', { name: 'Активність' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Не зберігати' }).click()
  await page.getByRole('heading', { level: 1, name: 'Активність' }).waitFor()
  assert.equal((await documentOf(member)).version, 1)
})

test('signing out asks, too, and leads to a clean sign-in', async (t) => {
  const { page } = await openProfile(t)
  const leave = async () => {
    await page.getByRole('button', { name: 'Меню облікового запису' }).click()
    await page.getByRole('menuitem', { name: 'Вийти' }).click()
  }
  await headline(page).fill('Незбережене')
  await leave()
  await page.getByRole('dialog').getByRole('button', { name: 'Продовжити редагування' }).click()
  assert.equal(await headline(page).inputValue(), 'Незбережене')
  await leave()
  await page.getByRole('dialog').getByRole('button', { name: 'Не зберігати' }).click()
  await page.waitForURL(`${site.baseUrl}sign-in`)
  await page.goto('sign-out')
  await page.waitForURL(`${site.baseUrl}sign-in`)
})

test('a link to the way out signs nobody out by itself', async (t) => {
  const { page } = await openProfile(t)
  await page.goto('sign-out')
  await checkAccessibility(page)
  await page.reload()
  const button = page.getByRole('button', { name: 'Вийти', exact: true })
  await button.waitFor()
  await button.click()
  await page.waitForURL(`${site.baseUrl}sign-in`)
})

test('typing something and taking it back is no change', async (t) => {
  const { page } = await openProfile(t)
  await headline(page).fill('Щось')
  await save(page).waitFor()
  await headline(page).fill('')
  await save(page).waitFor({ state: 'detached' })
})

test('an edit made elsewhere meanwhile becomes a choice, field by field', async (t) => {
  const { member, page } = await openProfile(t, [412])
  const elsewhere = async (body: object) => {
    const answer = await site.send('PATCH', '/api/me/profile/', { token: member.token, body })
    assert.equal(answer.statusCode, 200)
  }
  await headline(page).fill('Мій заголовок')
  await page.getByLabel('Про себе').fill('Моя розповідь')
  await page.getByLabel('Прізвище').fill('Моє')
  await elsewhere({
    tutor_profile: { headline: 'Інший заголовок', bio: 'Інша розповідь', subjects: ['algebra'] },
  })
  await save(page).click()
  const dialog = page.getByRole('dialog', { name: 'Профіль змінили в іншому місці' })
  await dialog.waitFor()
  await checkAccessibility(page)
  const group = (name: string) => dialog.getByRole('radiogroup', { name })
  await group('Одним реченням').getByRole('radio', { name: 'Інший заголовок' }).click()
  await group('Про себе').getByRole('radio', { name: 'Моя розповідь' }).click()
  assert.equal(await dialog.getByRole('radiogroup').count(), 2, 'the surname is no conflict')
  await dialog.getByRole('button', { name: 'Зберегти' }).click()
  await isSaved(page)
  const { user, tutor_profile: tutor } = await documentOf(member)
  assert.deepEqual(
    [user.last_name, tutor.headline, tutor.bio, tutor.subjects],
    ['Моє', 'Інший заголовок', 'Моя розповідь', ['algebra']],
  )
  assert.equal(await headline(page).inputValue(), 'Інший заголовок')
})

test('an edit made elsewhere to other fields needs no choice', async (t) => {
  const { member, page } = await openProfile(t, [412])
  await headline(page).fill('Мій заголовок')
  await site.send('PATCH', '/api/me/profile/', {
    token: member.token,
    body: { tutor_profile: { bio: 'Інша розповідь' } },
  })
  await save(page).click()
  await isSaved(page)
  assert.equal(await page.getByLabel('Про себе').inputValue(), 'Інша розповідь')
  assert.equal((await documentOf(member)).tutor_profile.headline, 'Мій заголовок')
})

test('a choice that is put off keeps the draft and saves nothing', async (t) => {
  const { member, page } = await openProfile(t, [412])
  await headline(page).fill('Мій')
  await site.send('PATCH', '/api/me/profile/', {
    token: member.token,
    body: { tutor_profile: { headline: 'Інший' } },
  })
  await save(page).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Скасувати' }).click()
  assert.equal(await headline(page).inputValue(), 'Мій')
  assert.equal((await documentOf(member)).tutor_profile.headline, 'Інший')
})

test('a server that is away loses no edit, and saving again works', async (t) => {
  const { member, page } = await openProfile(t, [503])
  await headline(page).fill('Без зв’язку')
  let isAway = true
  await page.route('**/api/me/profile/', (route) =>
    isAway ? route.fulfill({ status: 503, contentType: 'text/html', body: 'Bad gateway' }) : route.continue(),
  )
  await save(page).click()
  await page.getByRole('alert').getByText('Не збережено').waitFor()
  isAway = false
  await page.getByRole('button', { name: 'Спробувати ще раз' }).click()
  await isSaved(page)
  assert.equal((await documentOf(member)).tutor_profile.headline, 'Без зв’язку')
})
