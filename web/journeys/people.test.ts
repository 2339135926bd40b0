import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { defineProfileType, objectField, textField } from '../../server/src/index.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

/** A type that the page has never heard of. */
const guide = defineProfileType({
  name: 'guide',
  labels: { uk: 'Екскурсовод', en: 'Guide' },
  fields: {
    routes: textField(500, { labels: { uk: 'Маршрути', en: 'Routes' } }),
    office: objectField(
      { city: Type.String({ format: 'line', maxLength: 80, 'x-labels': { uk: 'Місто', en: 'City' } }) },
      'object',
      { labels: { uk: 'Кабінет', en: 'Office' } },
    ),
    phone: textField(50, { labels: { uk: 'Телефон', en: 'Phone' } }),
  },
  publicFields: ['headline', 'subjects', 'routes', 'office'],
  searchableFields: ['headline'],
})

const [browser, site] = await Promise.all([openBrowser(), startSite({ profileTypes: [guide] })])

const fields = {
  headline: 'Місто без поспіху',
  subjects: ['history', 'geography'],
  routes: 'Поділ\nЛипки',
  office: { city: 'Київ' },
  phone: '+380 44 000 00 00',
}

async function write({ token }: Member, body: object) {
  const answer = await site.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(answer.statusCode, 200, answer.body)
}

test('strangers see what is public of a new type, by the labels of their language, and nothing else', async (t) => {
  const member = await site.join({ role: 'guide' })
  await write(member, { guide_profile: fields, settings: { privacy_public_profile: true } })
  const page = await browser.openPage(t, site, { language: 'en', viewport: 'phone' })
  await page.goto(`people/${member.userId}`)
  await page.getByRole('heading', { level: 1, name: 'Олена Коваль' }).waitFor()
  await page.getByText('Місто без поспіху').waitFor()
  await page.getByText('Guide', { exact: true }).waitFor()
  await page.getByText('History', { exact: true }).waitFor()
  await page.getByText('Київ', { exact: true }).waitFor()
  const text = await page.getByRole('main').innerText()
  assert.match(text, /Routes\s+Поділ\nЛипки/, 'line breaks are kept')
  for (const hidden of ['About', 'Phone', fields.phone, member.email])
    assert.ok(!text.includes(hidden), hidden)
  await checkAccessibility(page)
})

test('who is private and who is nobody are one and the same to others; the owner sees both sides', async (t) => {
  const member = await site.join({ role: 'guide' })
  await write(member, { guide_profile: fields })
  const stranger = await browser.openPage(t, site, { allowedStatuses: [404] })
  const seen: string[] = []
  for (const id of [member.userId, 999_999, 'me']) {
    await stranger.goto(`people/${id}`)
    await stranger.getByRole('heading', { level: 1, name: 'Тут немає профілю' }).waitFor()
    seen.push(await stranger.getByRole('main').innerText())
  }
  assert.equal(new Set(seen).size, 1)

  // To everybody else, and so to the browser, this address is nobody's.
  const page = await browser.openPage(t, site, { colorScheme: 'dark', allowedStatuses: [404] })
  await site.enter(page, member)
  await page.goto(`people/${member.userId}`)
  await page.getByText('Це бачите лише ви').waitFor()
  await page.getByText('Липки').waitFor()
  assert.equal(await page.getByText(fields.phone).count(), 0)
  await checkAccessibility(page)
  await page.getByRole('link', { name: 'Зробити публічним у налаштуваннях' }).click()
  await page.getByRole('switch', { name: 'Публічний профіль' }).click({ force: true })
  await page.getByRole('status').getByText('Збережено').waitFor()
  await page.getByRole('link', { name: 'Переглянути публічний профіль' }).click()
  await page.getByText('Інші бачать цю сторінку').waitFor()
  await stranger.goto(`people/${member.userId}`)
  await stranger.getByText('Липки').waitFor()
})
