import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import {
  choiceField,
  defineProfileType,
  integerField,
  listField,
  objectField,
  textField,
} from '../../server/src/index.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

/** A type that the page has never heard of, with a field of every kind, and some that it can only draw by their type. */
const psychologist = defineProfileType({
  name: 'psychologist',
  labels: { uk: 'Психолог', en: 'Psychologist' },
  fields: {
    approach: textField(1000, { labels: { uk: 'Підхід', en: 'Approach' } }),
    qualification: choiceField({
      labels: { uk: 'Кваліфікація', en: 'Qualification' },
      options: {
        counsellor: { uk: 'Консультування', en: 'Counselling' },
        psychotherapist: { uk: 'Психотерапія', en: 'Psychotherapy' },
      },
    }),
    licence_year: integerField(1950, 2100, { labels: { uk: 'Рік ліцензії', en: 'Licensed since' } }),
    certificates: listField(Type.String({ format: 'line', maxLength: 80 }), 5, 'list', {
      labels: { uk: 'Сертифікати', en: 'Certificates' },
    }),
    office: objectField(
      {
        city: Type.String({ format: 'line', maxLength: 80, 'x-labels': { uk: 'Місто', en: 'City' } }),
        floor: Type.Integer({ minimum: 0, maximum: 100, 'x-labels': { uk: 'Поверх', en: 'Floor' } }),
      },
      'object',
      { labels: { uk: 'Кабінет', en: 'Office' } },
    ),
  },
  publicFields: ['headline', 'approach', 'qualification', 'certificates', 'office'],
  searchableFields: ['headline', 'approach'],
})

const [browser, site] = await Promise.all([openBrowser(), startSite({ profileTypes: [psychologist] })])

test('a type that is added on the server appears without a line of page code', async (t) => {
  const page = await browser.openPage(t, site)
  const member = await site.join({ role: 'psychologist' })
  await site.enter(page, member)
  await page.goto('profile')
  const section = page.getByRole('region', { name: 'Про вас' })
  await section.getByLabel('Підхід').fill('Слухаю')
  await section.getByRole('combobox', { name: 'Кваліфікація' }).click()
  await page.getByRole('option', { name: 'Психотерапія' }).click()
  await section.getByLabel('Рік ліцензії').fill('2012')
  await section.getByRole('combobox', { name: 'Сертифікати' }).fill('КПТ')
  await page.keyboard.press('Enter')
  const office = section.getByRole('group', { name: 'Кабінет' })
  await office.getByLabel('Місто').fill('Львів')
  await office.getByLabel('Поверх').fill('3')
  await checkAccessibility(page)
  await page.getByRole('button', { name: 'Зберегти', exact: true }).click()
  await page.getByText('Збережено', { exact: true }).waitFor()

  const { psychologist_profile: profile } = (
    await site.send('GET', '/api/me/profile/', { token: member.token })
  ).json()
  assert.partialDeepStrictEqual(profile, {
    approach: 'Слухаю',
    qualification: 'psychotherapist',
    licence_year: 2012,
    certificates: ['КПТ'],
    office: { city: 'Львів', floor: 3 },
  })

  await page.goto('activity')
  await page
    .getByText(/Кваліфікація/i)
    .first()
    .waitFor()
})

test('its newcomers have steps of their own', async (t) => {
  const member = await site.join({ role: 'psychologist' })
  const page = await browser.openPage(t, site, { isFirstVisit: true })
  await site.enter(page, member)
  await page.goto('profile')
  await page.getByRole('heading', { level: 2, name: 'Додайте фото' }).waitFor()
  await page.getByRole('button', { name: 'Пропустити' }).click()
  const headline = page.getByLabel('Заголовок').or(page.getByLabel('Одним реченням'))
  await headline.fill('Поруч')
  await page.getByRole('combobox', { name: 'Кваліфікація' }).waitFor()
  await page.getByRole('button', { name: 'Далі' }).click()
  await page.getByRole('group', { name: 'Кабінет' }).waitFor()
  await page.getByRole('button', { name: 'Пропустити' }).click()
  await page.getByRole('article').getByText('Поруч').waitFor()
  await checkAccessibility(page)
})
