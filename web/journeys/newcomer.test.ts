import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import sharp from 'sharp'
import { openBrowser } from '../test/browser.ts'
import { takeScreenshot } from '../test/screenshot.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const folder = await mkdtemp(join(tmpdir(), 'upm-newcomer-'))
const photo = join(folder, 'photo.jpg')
await sharp({ create: { width: 900, height: 600, channels: 3, background: '#4263eb' } })
  .composite([
    {
      input: Buffer.from(
        '<svg width="900" height="600"><circle cx="450" cy="230" r="110" fill="#ffe8cc"/><ellipse cx="450" cy="560" rx="230" ry="200" fill="#ffe8cc"/></svg>',
      ),
    },
  ])
  .jpeg()
  .toFile(photo)

for (const viewport of ['desktop', 'phone'] as const) {
  test(`a newcomer signs up as a tutor, edits, uploads a photo, and sees it all in the activity, on a ${viewport}`, async (t) => {
    const page = await browser.openPage(t, site, { viewport, allowedStatuses: [400] })
    const email = `newcomer-${viewport}@example.com`

    await page.goto('')
    await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
    await page.getByRole('link', { name: 'Зареєструватися' }).click()
    await page.getByLabel('Репетитор').check()
    await page.getByLabel('Ім’я та прізвище').fill('Олена Коваль')
    await page.getByLabel('Електронна пошта').fill(email)
    await page.getByLabel('Пароль', { exact: true }).fill('короткий')
    await page.getByRole('button', { name: 'Зареєструватися' }).click()
    await page.locator('input[type=password][aria-invalid=true]').waitFor()
    await page.getByText('Щонайменше 10 символів.').waitFor()
    await page.getByLabel('Пароль', { exact: true }).fill('правильний кінь')
    await page.getByRole('button', { name: 'Зареєструватися' }).click()

    await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
    const surname = page.getByRole('textbox', { name: 'Прізвище' })
    assert.equal(await surname.inputValue(), 'Коваль')
    await surname.fill('Коваленко')
    await page.getByLabel('Одним реченням').fill('Математика без страху')
    await page.getByLabel('Про себе').fill('Пояснюю так, щоб було зрозуміло.')
    await page.getByRole('combobox', { name: 'Предмети' }).fill('алгебра')
    await page.getByRole('option', { name: 'Алгебра' }).click()
    await page.getByRole('textbox', { name: 'Ціна за годину' }).fill('350')
    await page.getByRole('button', { name: 'Зберегти' }).click()
    const toast = page.getByText('Профіль оновлено.')
    await toast.waitFor()
    // It is not in the picture of what comes next.
    await toast.waitFor({ state: 'detached' })

    await page.locator('input[type=file]').first().setInputFiles(photo)
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('slider').waitFor()
    await dialog
      .locator('img')
      .first()
      .evaluate((image: HTMLImageElement) => image.decode())
    await takeScreenshot(page, `photo-${viewport}`)
    await dialog.getByRole('button', { name: 'Завантажити' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.evaluate(() => window.scrollTo(0, 0))
    await page.waitForFunction(() =>
      [...document.images].some(
        ({ currentSrc, naturalWidth }) => currentSrc.includes('/media/') && naturalWidth > 0,
      ),
    )

    const settings = viewport === 'phone' ? 'Налаштування' : 'Час і мова'
    await page.getByRole('link', { name: settings }).click()
    await page.getByRole('radio', { name: 'English' }).click({ force: true })
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()

    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
    const entries = page.getByRole('region', { name: 'Entries' }).getByRole('listitem')
    await entries.first().waitFor()
    const { user_id: userId } = (
      await site.pool.query<{ user_id: number }>('select id as user_id from users where email = $1', [email])
    ).rows[0] ?? { user_id: 0 }
    assert.equal(await entries.count(), (await site.actions(userId)).length)
    for (const sentence of [/language/i, /photo/i, /headline|fields/i, /signed in|sign-in/i, /account/i]) {
      await entries.filter({ hasText: sentence }).first().waitFor()
    }
  })
}

after(() => rm(folder, { recursive: true }))
