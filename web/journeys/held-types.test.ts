/** “I also learn”: several profiles in one account, on the screen of the profile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { defineProfileType } from '../../server/src/index.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

/** The page has never heard of it, and has no words for adding it. */
const guide = defineProfileType({
  name: 'guide',
  labels: { uk: 'Гід', en: 'Guide' },
  fields: {},
  publicFields: ['headline'],
  searchableFields: [],
  addableBy: ['tutor'],
})

const [browser, site] = await Promise.all([openBrowser(), startSite({ profileTypes: [guide] })])

/** The part is loaded when one comes to it. */
const scrollDown = async (page: Page) => {
  await page
    .getByText(/^(?:Фото та ім’я|Photo and name)$/)
    .first()
    .waitFor()
  await page.mouse.wheel(0, 100_000)
}
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const documentOf = async ({ token }: Member) => (await site.send('GET', '/api/me/profile/', { token })).json()
const edit = ({ token }: Member, body: object) => site.send('PATCH', '/api/me/profile/', { token, body })
const hasFocus = (page: Page, id: string) =>
  page.waitForFunction((wanted) => document.activeElement?.id === wanted, id)

test('a tutor also learns: adds a profile, edits both, shows the other one, deletes the first', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: [412] })
  await site.enter(page, member)
  await page.goto('profile')
  const card = page.getByRole('region', { name: 'Ваші профілі' })
  await scrollDown(page)
  await button(page, 'Я також навчаюся').waitFor()
  await button(page, 'Додати профіль: Гід').waitFor()
  await checkAccessibility(page)

  // What is typed stays where it is when a profile is added.
  await page.getByLabel('Одним реченням').fill('Фізика без страху')
  await page.getByText('1 незбережена зміна').waitFor()
  await button(page, 'Я також навчаюся').click()
  await hasFocus(page, 'student_profile.headline')
  await page.keyboard.type('Хочу вивчити італійську')
  await page.getByText('2 незбережені зміни').waitFor()
  await button(page, 'Зберегти').click()
  await page.getByText('Збережено', { exact: true }).waitFor()
  const both = await documentOf(member)
  assert.deepEqual(
    [both.profile_type, both.tutor_profile.headline, both.student_profile.headline],
    ['tutor', 'Фізика без страху', 'Хочу вивчити італійську'],
  )
  await page.getByRole('region', { name: 'Репетитор: Коротко про вас' }).waitFor()
  await checkAccessibility(page)

  await card.getByRole('button', { name: 'Показувати профіль «Учень / учениця»' }).click()
  await card.getByRole('listitem').first().getByText('Учень / учениця').waitFor()
  assert.equal((await documentOf(member)).profile_type, 'student')

  // It was changed elsewhere after it was looked at: nothing is deleted before the person has seen it.
  await card.getByRole('button', { name: 'Видалити профіль «Репетитор»' }).click()
  const dialog = page.getByRole('dialog', { name: 'Видалити профіль «Репетитор»?' })
  await dialog.getByText('Одним реченням').waitFor()
  await checkAccessibility(page)
  await edit(member, { tutor_profile: { bio: 'Двадцять років у школі' } })
  await dialog.getByRole('button', { name: 'Видалити профіль «Репетитор»' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/щойно змінили в іншому місці/)
    .waitFor()
  await dialog.getByRole('listitem').getByText('Про себе').waitFor()
  assert.equal((await documentOf(member)).tutor_profile.bio, 'Двадцять років у школі')
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Видалити профіль «Репетитор»' }).click()
  await dialog.waitFor({ state: 'detached' })
  await button(page, 'Я також викладаю').waitFor()
  const after = await documentOf(member)
  assert.deepEqual([after.tutor_profile, after.student_profile.headline], [null, 'Хочу вивчити італійську'])

  await page.goto('activity')
  for (const text of [
    'Видалено профіль «Репетитор»',
    'Інші тепер бачать профіль «Учень / учениця»',
    'Додано профіль «Учень / учениця»',
  ])
    await page.getByText(text).first().waitFor()
})

test('the same on a phone, in English; a draft meets a change from elsewhere, and the person chooses', async (t) => {
  const member = await site.join({ role: 'student' })
  const page = await browser.openPage(t, site, { viewport: 'phone', language: 'en', allowedStatuses: [412] })
  await site.enter(page, member)
  await page.request.patch(`${site.baseUrl}api/me/settings/`, {
    data: { ui_language: 'en' },
    headers: { authorization: `Bearer ${member.token}` },
  })
  await page.goto('profile')
  const card = page.getByRole('region', { name: 'Your profiles' })
  await scrollDown(page)
  await button(page, 'I also teach').waitFor()
  assert.equal(
    await page.getByRole('button', { name: /Guide/ }).count(),
    0,
    'the role of a student may not add it',
  )
  await page.getByLabel('Headline').fill('Mine')
  await edit(member, { student_profile: { headline: 'Theirs' } })
  // The bar to save stands over the screen, but over nothing that is left to scroll to.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await button(page, 'I also teach').click()
  const conflict = page.getByRole('dialog', { name: 'Your profile was changed elsewhere' })
  await conflict.waitFor()
  await checkAccessibility(page)
  await conflict.getByRole('button', { name: 'Save' }).click()
  await conflict.waitFor({ state: 'detached' })
  await page.getByText('Saved', { exact: true }).waitFor()
  const both = await documentOf(member)
  assert.deepEqual([both.student_profile.headline, both.tutor_profile.headline], ['Mine', ''])

  // The one that is shown cannot be deleted; an empty one is deleted without a loss.
  assert.equal(await card.getByRole('button', { name: 'Delete the profile “Student”' }).count(), 0)
  await checkAccessibility(page)
  const remove = card.getByRole('button', { name: 'Delete the profile “Tutor”' })
  const box = await remove.boundingBox()
  assert.ok((box?.height ?? 0) >= 44, `${box?.height} px`)
  await remove.click()
  const dialog = page.getByRole('dialog', { name: 'Delete the profile “Tutor”?' })
  await dialog.getByText('The profile is empty. You can add it again later.').waitFor()
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Keep the profile' }).click()
  assert.notEqual((await documentOf(member)).tutor_profile, null)
  await remove.click()
  await dialog.getByRole('button', { name: 'Delete the profile “Tutor”' }).click()
  await button(page, 'I also teach').waitFor()
  assert.equal((await documentOf(member)).tutor_profile, null)
  await page.setViewportSize({ width: 320, height: 700 })
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
})
