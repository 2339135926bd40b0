import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const entries = (page: Page) => page.locator('ol > li')
const entry = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

async function openActivity(t: OwnTest, options?: PageOptions, address = 'activity') {
  const member = await site.join()
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  return { member, page, open: () => page.goto(address) }
}

async function change({ token }: Member, body: object): Promise<void> {
  const answer = await site.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(answer.statusCode, 200, answer.body)
}

/** Sign-ins of which always three have the same time, the latest one hour ago. */
async function signInOften({ userId }: Member, count: number): Promise<void> {
  await site.pool.query(
    `insert into activity_log (id, user_id, action, timestamp)
     select gen_random_uuid(), $1, 'system.login', date_trunc('hour', now()) - interval '1 hour' - interval '1 minute' * (n / 3)
       from generate_series(1, $2) n`,
    [userId, count],
  )
}

test('an edit is told in a sentence, and its values when they are asked for', async (t) => {
  const { member, page, open } = await openActivity(t)
  await change(member, {
    tutor_profile: { bio: 'Викладаю математику вже десять років.\nПишіть мені, коли зручно.' },
  })
  await change(member, {
    tutor_profile: {
      bio: 'Викладаю фізику вже десять років.\nПишіть мені, коли зручно.',
      subjects: ['physics'],
      hourly_rate: { amount: '450', currency: 'UAH' },
    },
  })
  await open()
  const edited = entry(page, 'Змінено поля «Про себе», «Предмети» і «Ціна за годину»')
  await edited.focus()
  await page.keyboard.press('Enter')
  assert.equal(await edited.getAttribute('aria-expanded'), 'true')
  assert.match(await page.locator('del').first().innerText(), /вилучено:\s+математику/)
  assert.match(await page.locator('ins').first().innerText(), /додано:\s+фізику/)
  await page.getByRole('listitem').filter({ hasText: 'Фізика' }).last().waitFor()
  await page.getByText('450').waitFor()
  await entry(page, 'Обліковий запис створено').click()
  await page.getByText(member.email).waitFor()
  await checkAccessibility(page)
})

test('scrolling shows every entry once, also while new ones arrive', async (t) => {
  const { member, page, open } = await openActivity(t)
  await signInOften(member, 170)
  await open()
  await entries(page).nth(49).waitFor()
  await change(member, { tutor_profile: { headline: 'Нове' } })
  for (const last of [49, 99, 149]) {
    await entries(page).nth(last).scrollIntoViewIfNeeded()
    await entries(page)
      .nth(last + 1)
      .waitFor()
  }
  await page.getByText('Давніших записів немає.').waitFor()
  // The account, its sign-ins over the API and in the browser, and those above; not what came while it was read.
  const { rows } = await site.pool.query<{ count: string }>(
    `select count(*) from activity_log where user_id = $1 and action <> 'profile.updated'`,
    [member.userId],
  )
  assert.equal(await entries(page).count(), Number(rows[0]?.count))
})

test('filters are in the address, and a download holds what they let through', async (t) => {
  const { member, page, open } = await openActivity(t, { viewport: 'phone', colorScheme: 'dark' })
  await change(member, { tutor_profile: { headline: 'Нове' } })
  await open()
  await page.getByRole('button', { name: 'Фільтри' }).click()
  await page.getByRole('group', { name: 'Що' }).getByText('Профіль').click()
  await page.waitForURL('**/activity?what=profile')
  await entry(page, 'Вхід до облікового запису').first().waitFor({ state: 'detached' })
  await page.reload()
  await entry(page, 'Змінено поле «Одним реченням»').waitFor()
  assert.equal(await entries(page).count(), 2)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Завантажити CSV' }).click(),
  ])
  const csv = await readFile(await download.path(), 'utf8')
  assert.match(download.suggestedFilename(), /^activity-\d{4}-\d\d-\d\d\.csv$/)
  assert.equal(csv.trim().split('\r\n').length, 3, 'a header and two entries')
  await checkAccessibility(page)
  await page.goto('activity?from=2001-01-01&to=2001-01-02')
  await page.getByRole('heading', { name: 'Нічого не знайдено' }).waitFor()
  await page.getByRole('button', { name: 'Скинути фільтри' }).last().click()
  await entries(page).first().waitFor()
})

test('a day of the heat map shows that day, and so does the busiest one by keyboard', async (t) => {
  const { page, open } = await openActivity(t)
  await open()
  // The last one is today.
  await page
    .getByRole('img', { name: /^\d+ запис/ })
    .locator('rect[rx]')
    .last()
    .click()
  await page.waitForURL(/\?from=(\d{4}-\d\d-\d\d)&to=\1$/)
  await entries(page).first().waitFor()
  await page.goBack()
  await page.waitForURL('**/activity')
  await page.getByRole('button', { name: /^Найактивніший день/ }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\?from=(\d{4}-\d\d-\d\d)&to=\1$/)
})

test('an entry of another service says whose it is, and one of the user says nothing', async (t) => {
  const { member, page, open } = await openActivity(t)
  await site.app.upm.activity.log({
    user: { id: member.userId },
    action: 'invite.sent',
    actor: { kind: 'service', id: 'billing' },
  })
  await open()
  const reported = page.getByRole('listitem').filter({ hasText: 'Надіслано запрошення' })
  await reported.getByText('від сервісу billing').first().waitFor()
  await reported.getByRole('button').click()
  await reported.getByText('Хто це зробив').waitFor()
  assert.equal(await page.getByText('від сервісу').count(), 2)
})

test('the time zone decides under which day an entry stands', async (t) => {
  const { member, page, open } = await openActivity(t)
  // Only a table takes an entry of the past: whatever is logged is later than the user's newest entry.
  await site.pool.query(
    `insert into activity_log (id, user_id, action, timestamp)
     values (gen_random_uuid(), $1, 'invite.sent', '2026-01-20T22:30:00Z')`,
    [member.userId],
  )
  const day = (name: RegExp) =>
    page.getByRole('region', { name }).getByRole('button', { name: 'Надіслано запрошення' })
  await open()
  await day(/20 січня 2026/).waitFor()
  await page.getByRole('link', { name: 'Час і мова' }).click()
  await page.getByRole('button', { name: /^Як на пристрої/ }).click()
  await page.getByRole('status').getByText('Збережено').first().waitFor()
  await page.getByRole('link', { name: 'Активність' }).click()
  await day(/21 січня 2026/).waitFor()
  await entry(page, /^Часовий пояс змінено з UTC на/).waitFor()
})

test('an error can be retried', async (t) => {
  const { page, open } = await openActivity(t, { allowedStatuses: [503] })
  let isAway = true
  await page.route('**/api/me/activity/**', (route) =>
    isAway ? route.fulfill({ status: 503, body: 'away' }) : route.continue(),
  )
  await open()
  const retry = page.getByRole('button', { name: 'Спробувати ще раз' })
  await retry.first().waitFor()
  isAway = false
  for (let left = await retry.count(); left > 0; left -= 1) await retry.first().click()
  await entries(page).first().waitFor()
})
