/** Who sees a profile, and why nobody else does: the screen says it, and leads to what is missing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { complete } from '../../server/test/publish.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const isPublic = async ({ token }: { token: string }): Promise<boolean> =>
  (await site.send('GET', '/api/me/profile/', { token })).json().settings.privacy_public_profile

const photoOf = async ({ token }: { token: string }): Promise<string> =>
  (await site.send('GET', '/api/me/profile/', { token })).json().avatar_url

/** Waits until every photo on the page has this address, and is loaded. */
async function showsPhoto(page: Page, url: string): Promise<void> {
  await page.waitForFunction(
    (key) => {
      const photos = [...document.querySelectorAll<HTMLImageElement>('img[src*="/media/avatars/"]')]
      return (
        photos.length > 0 &&
        photos.every((photo) => photo.src.includes(key) && photo.complete && photo.naturalWidth > 0)
      )
    },
    url.replace(/-512\.webp$/, ''),
  )
}

test('a profile that lacks something is not published, and each missing field is one press away', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: [409] })
  await site.enter(page, member)
  await page.goto('visibility')
  await page.getByText('Ваш профіль бачите лише ви.').waitFor()
  await page.getByText('Інші не побачать профіль, доки ви не заповните:').waitFor()
  await checkAccessibility(page)
  const toggle = page.getByRole('switch', { name: 'Публічний профіль' })
  await toggle.click({ force: true })
  const refusal = page.getByRole('alert').filter({ hasText: 'Спершу заповніть ці поля:' })
  await refusal.waitFor()
  await checkAccessibility(page)
  assert.equal(await toggle.isChecked(), false)
  assert.equal(await isPublic(member), false)
  assert.deepEqual(await refusal.getByRole('listitem').allTextContents(), [
    'Фото',
    'Одним реченням',
    'Предмети',
  ])
  await refusal.getByRole('button', { name: 'Предмети' }).click()
  await page.waitForFunction(() => document.activeElement?.id === 'tutor_profile.subjects')
  await page.goBack()
  await page.getByRole('button', { name: 'Фото' }).click()
  await page.waitForFunction(() => document.activeElement?.id === 'photo')
})

for (const viewport of ['desktop', 'phone'] as const) {
  test(`a profile is published, its address given away, and made private again, on a ${viewport}`, async (t) => {
    const member = await site.join()
    await complete(site, member)
    const page = await browser.openPage(t, site, { viewport })
    await site.enter(page, member)
    await page.goto('visibility')
    const toggle = page.getByRole('switch', { name: 'Публічний профіль' })
    await page.getByText('Ваш профіль бачите лише ви.').waitFor()
    await toggle.click({ force: true })
    await page.getByText('Ваш профіль бачать усі.').waitFor()
    await page.getByText(`${new URL(site.baseUrl).host}/people/${member.userId}`).waitFor()
    await checkAccessibility(page)
    const fields = (title: string) =>
      page.getByRole('heading', { name: title }).locator('xpath=following::ul[1]').getByRole('listitem')
    const everybody = await fields('Що бачать усі').allTextContents()
    assert.ok(
      ['Фото', 'Прізвище', 'Про себе'].every((name) => everybody.includes(name)),
      everybody.join(),
    )
    assert.ok((await fields('Що бачите лише ви').allTextContents()).includes('Електронна адреса'))
    await page.getByRole('button', { name: 'QR-код' }).click()
    await page.getByRole('img', { name: 'QR-код вашого профілю' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Переглянути публічний профіль' }).click()
    await page.getByRole('heading', { level: 1, name: 'Олена Коваль' }).waitFor()
    await page.goBack()
    const shown = await photoOf(member)
    await showsPhoto(page, shown)
    await toggle.click({ force: true })
    await page.getByText('Ваш профіль бачите лише ви.').waitFor()
    assert.equal(await isPublic(member), false)
    // The address of the photo has ended, and the page shows the new one.
    const hidden = await photoOf(member)
    assert.notEqual(hidden, shown)
    assert.equal((await site.send('GET', shown)).statusCode, 404)
    await showsPhoto(page, hidden)
  })
}
