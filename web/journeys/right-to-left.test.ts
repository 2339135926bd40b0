/** Texts that are written from the right, in a page that is written from the left. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator } from 'playwright-core'
import { complete } from '../../server/test/publish.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const BIO = 'مرحبا! أنا معلم رياضيات.'

const directionOf = (element: Locator) => element.evaluate((it) => getComputedStyle(it).direction)

test('each text has its own direction: in the form, in public, and in what has changed', async (t) => {
  const member = await site.join({ name: 'مريم الحسن' })
  await complete(site, member)
  for (const bio of [BIO, `${BIO} أهلا`]) {
    const answer = await site.send('PATCH', '/api/me/profile/', {
      token: member.token,
      body: {
        tutor_profile: { bio, headline: 'Математика', subjects: ['physics'] },
        settings: { privacy_public_profile: true },
      },
    })
    assert.equal(answer.statusCode, 200, answer.body)
  }
  const page = await browser.openPage(t, site)
  await site.enter(page, member)

  await page.goto('profile')
  const bio = page.getByRole('textbox', { name: 'Про себе' })
  await bio.waitFor()
  assert.equal(await directionOf(bio), 'rtl')
  assert.equal(await directionOf(page.getByRole('textbox', { name: 'Одним реченням' })), 'ltr')
  assert.equal(await directionOf(page.getByRole('textbox', { name: 'Ім’я' })), 'rtl')

  await page.goto(`people/${member.userId}`)
  // It is known by now that they look at their own.
  await page.getByRole('note').waitFor()
  const name = page.getByRole('heading', { level: 1, name: 'مريم' })
  await name.waitFor()
  assert.equal(await directionOf(name), 'rtl')
  assert.equal(await directionOf(page.getByText(BIO)), 'rtl')
  assert.equal(await directionOf(page.getByText('Математика')), 'ltr')

  await page.goto('activity')
  // The newest entry is the sign-in of this page.
  await page.locator('ol > li button').nth(1).click()
  const diff = page.locator('ins')
  await diff.waitFor()
  assert.equal(await directionOf(diff), 'rtl')
})
