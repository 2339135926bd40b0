import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, type OwnTest } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const entries = (page: Page) => page.getByRole('region', { name: 'Записи' }).locator('ol > li')

async function openActivity(t: OwnTest, member: Member, address = 'activity', statuses: number[] = []) {
  const page = await browser.openPage(t, site, { allowedStatuses: statuses })
  await site.enter(page, member)
  await page.goto(address)
  await page.getByRole('heading', { level: 1, name: 'Активність' }).waitFor()
  return page
}

const patch = async ({ token }: Member, body: object) => {
  const answer = await site.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(answer.statusCode, 200, answer.body)
}

/** Events of another service, each with a name of its own. */
async function invite({ userId }: Member, names: readonly string[], at?: string): Promise<void> {
  for (const to of names) {
    await site.app.activity.log({
      user: { id: userId },
      action: 'invite.sent',
      metadata: { to },
      ...(at !== undefined && { at }),
    })
  }
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}@example.com`)

test('scrolling to the end skips nothing and repeats nothing, while new entries arrive', async (t) => {
  const member = await site.join()
  await invite(member, numbered('old', 170))
  const page = await openActivity(t, member)
  await entries(page).first().waitFor()
  let round = 0
  while (!(await page.getByText('Це все.').isVisible())) {
    await invite(member, [`new-${round++}@example.com`])
    const count = await entries(page).count()
    await page.mouse.wheel(0, 20_000)
    await page.waitForFunction(
      (before) =>
        document.querySelectorAll('ol > li').length > before || document.body.textContent.includes('Це все.'),
      count,
    )
  }
  const shown = (await entries(page).allTextContents()).map(
    (text) => /(?:old|new)-\d+@example\.com/.exec(text)?.[0],
  )
  const old = shown.filter((name) => name?.startsWith('old'))
  assert.deepEqual(old, numbered('old', 170).reverse())
  assert.equal(
    new Set(shown.filter((name) => name !== undefined)).size,
    shown.filter((name) => name !== undefined).length,
  )
})

test('the time zone decides on which day an entry stands', async (t) => {
  const member = await site.join()
  await invite(member, ['late'], '2026-01-20T22:30:00.000000Z')
  const page = await openActivity(t, member)
  const day = (name: RegExp) =>
    page.getByRole('region', { name }).locator('ol > li').filter({ hasText: 'late' })
  await day(/20 січня 2026/).waitFor()

  await page.getByRole('link', { name: 'Налаштування' }).click()
  await page.getByRole('button', { name: /Взяти з пристрою/ }).click()
  await page.getByRole('status').getByText('Збережено').first().waitFor()
  await page.getByRole('link', { name: 'Активність' }).click()
  await day(/21 січня 2026/).waitFor()
  await entries(page).filter({ hasText: 'Часовий пояс змінено з UTC на' }).waitFor()
})

test('each change shows its old and new values', async (t) => {
  const member = await site.join()
  const long = 'Викладаю понад десять років, люблю складні запитання й ніколи не поспішаю.'.repeat(2)
  await patch(member, {
    tutor_profile: { bio: `${long} Готую до іспитів з математики.`, subjects: ['algebra', 'geometry'] },
  })
  await patch(member, {
    tutor_profile: {
      bio: `${long} Готую до вступу з математики.`,
      subjects: ['geometry', 'physics'],
      experience_years: 7,
    },
  })
  const page = await openActivity(t, member)
  const entry = entries(page).filter({ hasText: 'Змінено поля' }).first()
  await entry.getByRole('button').click()
  // What is only heard says which is which.
  assert.match(await entry.locator('del').first().innerText(), /прибрано:\s+іспитів/)
  assert.match(await entry.locator('ins').first().innerText(), /додано:\s+вступу/)
  for (const text of ['Алгебра', 'Геометрія', 'Фізика', '7']) {
    await entry.getByRole('definition').getByText(text).first().waitFor()
  }
})

test('filters narrow the log, survive a reload, and say when nothing matches', async (t) => {
  const member = await site.join()
  await patch(member, { user: { first_name: 'Оля' } })
  await invite(member, ['old'], '2026-01-20T12:00:00.000000Z')
  const page = await openActivity(t, member)
  await entries(page).filter({ hasText: 'old' }).waitFor()
  const all = await entries(page).count()
  await page.getByRole('group', { name: 'Що' }).getByText('Профіль').click()
  await page.waitForURL(/profile/)
  await page.waitForFunction((count) => document.querySelectorAll('ol > li').length < count, all)
  await page.reload()
  await entries(page).first().waitFor()
  assert.ok((await entries(page).count()) < all)
  await page.getByLabel('До').fill('2026-02-01')
  await page.getByText('Жоден запис не відповідає цим фільтрам.').waitFor()
  await page.getByRole('button', { name: 'Скинути фільтри' }).first().click()
  await entries(page).first().waitFor()
  await page.getByLabel('До').fill('2026-02-01')
  await page.waitForFunction(() => document.querySelectorAll('ol > li').length === 1)
  assert.match((await entries(page).textContent()) ?? '', /old/)
})

test('what is selected can be had as a file', async (t) => {
  const member = await site.join()
  await invite(member, numbered('row', 60))
  const page = await openActivity(t, member)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Завантажити CSV' }).click(),
  ])
  assert.match(download.suggestedFilename(), /\.csv$/)
  const csv = await readFile(await download.path(), 'utf8')
  assert.match(csv, /^\uFEFF?id,action,entity_type,/)
  assert.equal(csv.match(/row-\d+@/g)?.length, 60)
})

test('the year at a glance counts what happened', async (t) => {
  const member = await site.join()
  await invite(member, numbered('today', 3))
  const page = await openActivity(t, member)
  const count = (await site.actions(member.userId)).length
  // The sign-in of the page itself is among them.
  await page.getByText(new RegExp(`^${count} запис\\S* за 1 день`)).waitFor()
})

test('an error can be retried, and an account of which nothing is known says so', async (t) => {
  const member = await site.join()
  const page = await browser.openPage(t, site, { allowedStatuses: [503] })
  await site.enter(page, member)
  let isAway = true
  await page.route('**/api/me/activity/**', (route) =>
    isAway ? route.fulfill({ status: 503, body: 'away' }) : route.continue(),
  )
  await page.goto('activity')
  const retry = page.getByRole('button', { name: 'Спробувати ще раз' })
  await retry.first().waitFor()
  isAway = false
  for (let left = await retry.count(); left > 0; left -= 1) await retry.first().click()
  await entries(page).first().waitFor()
})
