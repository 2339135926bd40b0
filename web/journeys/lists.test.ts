/** Searchable lists: what is typed is what is chosen, whichever way the input is left. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

async function openProfile(t: OwnTest, options?: PageOptions) {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  const patches: unknown[] = []
  page.on('request', (request) => request.method() === 'PATCH' && patches.push(request.postDataJSON()))
  await site.enter(page, member)
  await page.goto('profile')
  const subjects = page.getByRole('combobox', { name: 'Предмети' })
  const languages = page.getByRole('combobox', { name: 'Мови викладання' })
  const currency = page.getByRole('combobox', { name: 'Валюта' })
  await subjects.waitFor()
  return { member, page, patches, subjects, languages, currency }
}

test('Enter, Tab and leaving a list take what was typed, and Enter does not save', async (t) => {
  const { member, page, patches, subjects, languages, currency } = await openProfile(t)
  const chip = (name: string) => page.locator('.mantine-Pill-label').getByText(name, { exact: true })

  // At the keyboard's speed: no list is waited for.
  await subjects.focus()
  await page.keyboard.type('мат')
  await page.keyboard.press('Enter')
  await chip('Математика').waitFor()
  // Again, with nothing typed: neither another subject nor a save.
  await page.keyboard.press('Enter')
  await page.keyboard.type('йога')
  await page.keyboard.press('Enter')
  assert.equal(await subjects.inputValue(), 'йога')
  await subjects.fill('геом')
  await page.keyboard.press('Tab')
  await chip('Геометрія').waitFor()
  // The next stop is what many choose.
  const suggestion = page.getByRole('button', { name: 'Додати: Фізика' })
  assert.equal(await suggestion.evaluate((button) => button === document.activeElement), true)
  await page.keyboard.press('Enter')
  await chip('Фізика').waitFor()
  // With three nobody needs them any longer, and the focus is back in the search.
  assert.equal(await suggestion.count(), 0)
  assert.equal(await subjects.evaluate((input) => input === document.activeElement), true)
  await page.keyboard.press('Tab')
  assert.equal(await languages.evaluate((input) => input === document.activeElement), true)

  await page.keyboard.type('українська')
  await page.getByRole('textbox', { name: 'Одним реченням' }).click()
  await chip('Українська').waitFor()
  await languages.fill('en-GB')
  await page.keyboard.press('Enter')

  await currency.focus()
  await page.keyboard.type('євро')
  await page.keyboard.press('Tab')
  assert.match(await currency.inputValue(), /^EUR/)
  // What is only passed by stays as it is.
  await currency.focus()
  await page.keyboard.press('Tab')
  assert.match(await currency.inputValue(), /^EUR/)
  assert.deepEqual(patches, [])

  await page.getByRole('textbox', { name: 'Ціна за годину' }).fill('20')
  await page.keyboard.press('Enter')
  await page.getByText('Збережено', { exact: true }).waitFor()
  const answer = await site.send('GET', '/api/me/profile/', { token: member.token })
  const { tutor_profile: tutor } = answer.json()
  assert.deepEqual(tutor.subjects, ['mathematics', 'geometry', 'physics'])
  assert.deepEqual(tutor.languages, ['uk', 'en-GB'])
  assert.deepEqual(tutor.hourly_rate, { amount: '20', currency: 'EUR' })
  assert.equal(patches.length, 1)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the lists of subjects and currencies are accessible while they are open, ${colorScheme}`, async (t) => {
    const { page, subjects, currency } = await openProfile(t, { colorScheme })
    await subjects.click()
    await page.getByRole('option', { name: 'Алгебра' }).waitFor()
    await checkAccessibility(page)
    await page.keyboard.press('Escape')
    await currency.click()
    await page.getByRole('option', { name: /^EUR/ }).waitFor()
    await checkAccessibility(page)
  })
}
