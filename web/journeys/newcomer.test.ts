import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import sharp from 'sharp'
import { checkAccessibility } from '../test/accessibility.ts'
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
    const page = await browser.openPage(t, site, {
      viewport,
      allowedStatuses: [400],
      isFirstVisit: true,
    })
    const email = `newcomer-${viewport}@example.com`

    await page.goto('')
    await page.getByRole('heading', { level: 1, name: 'Вхід' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Зареєструватися' }).click()
    await page.getByLabel('Репетитор').check()
    await page.getByLabel('Ім’я та прізвище').fill('Олена Коваль')
    await page.getByLabel('Електронна пошта').fill(email)
    await page.getByLabel('Пароль', { exact: true }).fill('короткий')
    await page.getByRole('button', { name: 'Зареєструватися' }).click()
    await page.locator('input[type=password][aria-invalid=true]').waitFor()
    await page.getByText('Щонайменше 10 символів.').waitFor()
    await page.getByLabel('Пароль', { exact: true }).fill('правильний кінь')
    await page.getByRole('button', { name: 'Зареєструватися' }).click()

    // The first visit: a photo, a sentence and subjects, the price; then what others will see.
    const step = (name: string) => page.getByRole('heading', { level: 2, name })
    const next = () => page.getByRole('button', { name: 'Далі' }).click()
    await page.getByRole('heading', { level: 1, name: 'Вітаємо!' }).waitFor()
    await step('Додайте фото').waitFor()
    await checkAccessibility(page)
    await page.locator('input[type=file]').first().setInputFiles(photo)
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('slider').waitFor()
    await dialog
      .locator('img')
      .first()
      .evaluate((image: HTMLImageElement) => image.decode())
    await takeScreenshot(page, `photo-${viewport}`)
    await dialog.getByRole('button', { name: 'Зберегти фото' }).click()
    await dialog.waitFor({ state: 'detached' })
    await next()

    await step('Головне про вас').waitFor()
    assert.equal(await page.locator(':focus').textContent(), 'Головне про вас')
    const headline = page.getByLabel('Одним реченням')
    await headline.fill('Математика без страху')
    await page.getByRole('combobox', { name: 'Предмети' }).fill('алгебра')
    await page.getByRole('option', { name: 'Алгебра' }).click()
    await page.keyboard.press('Escape')
    // Nothing of it is lost by a reload, nor on the way back and forth.
    await page.reload()
    await step('Головне про вас').waitFor()
    assert.equal(await headline.inputValue(), 'Математика без страху')
    await takeScreenshot(page, `welcome-${viewport}`)
    await next()
    await step('Умови').waitFor()
    await page.goBack()
    await step('Головне про вас').waitFor()
    assert.equal(await headline.inputValue(), 'Математика без страху')
    await page.goForward()
    await step('Умови').waitFor()
    await page.getByRole('textbox', { name: 'Ціна за годину' }).fill('350')
    await checkAccessibility(page)
    await next()

    const card = page.getByRole('region', { name: 'Так вас бачать інші' }).getByRole('article')
    for (const text of ['Олена Коваль', 'Математика без страху', 'Алгебра', '350']) {
      await card.getByText(text).first().waitFor()
    }
    await page.getByRole('button', { name: 'Опублікувати профіль' }).click()
    await page.getByRole('heading', { level: 2, name: 'Опубліковано' }).waitFor()
    await checkAccessibility(page)
    await page.getByRole('button', { name: 'Заповнити більше' }).click()
    await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
    await page.goto('profile')
    await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()

    const settings = viewport === 'phone' ? 'Налаштування' : 'Час і мова'
    await page.getByRole('link', { name: settings }).click()
    await page.getByRole('radio', { name: 'English' }).click({ force: true })
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()

    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
    const entries = page.getByRole('region', { name: 'Events' }).getByRole('listitem')
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

test('a student skips each step, and is not asked again', async (t) => {
  const student = await site.join({ role: 'student' })
  const page = await browser.openPage(t, site, { isFirstVisit: true })
  await site.enter(page, student)
  await page.goto('profile')
  const preview = page.getByRole('heading', { level: 2, name: 'Так вас бачать інші' })
  for (let step = 1; step < 4; step += 1) {
    await page.getByText(`Крок ${step} з 3`).waitFor()
    await page.getByRole('button', { name: 'Пропустити' }).click()
  }
  await preview.waitFor()
  await page.getByRole('button', { name: 'Заповнити більше' }).click()
  await page.getByRole('heading', { level: 1, name: 'Профіль' }).waitFor()
  await page.goto('profile')
  await page.getByLabel('Прізвище').waitFor()
  assert.equal(new URL(page.url()).search, '')
})

test('whoever has filled in something elsewhere is not received as a newcomer, and who puts it off is left alone', async (t) => {
  const [known, unknown] = await Promise.all([site.join(), site.join()])
  const body = { tutor_profile: { headline: 'З іншого пристрою' } }
  assert.equal((await site.send('PATCH', '/api/me/profile/', { token: known.token, body })).statusCode, 200)
  const page = await browser.openPage(t, site, { isFirstVisit: true })
  await site.enter(page, known)
  await page.goto('profile')
  await page.getByLabel('Одним реченням').waitFor()
  await site.enter(page, unknown)
  await page.goto('profile')
  await page.getByRole('button', { name: 'Не зараз' }).click()
  await page.getByLabel('Одним реченням').waitFor()
  await page.reload()
  await page.getByLabel('Одним реченням').waitFor()
})

after(() => rm(folder, { recursive: true }))
