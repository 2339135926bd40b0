import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

const entries = (page: Page) => page.locator('[data-entry]')
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

/** Invitations to many people, of which always three have the same time, the latest one hour ago. */
async function inviteMany({ userId }: Member, count: number): Promise<void> {
  await site.pool.query(
    `insert into activity_log (id, user_id, action, metadata, timestamp)
     select gen_random_uuid(), $1, 'invite.sent', jsonb_build_object('to', 'guest-' || n || '@example.com'),
       date_trunc('hour', now()) - interval '1 hour' - interval '1 hour' * (n / 3)
       from generate_series(1, $2) n`,
    [userId, count],
  )
}

/** Sign-ins of today, one of which is from a new device. */
async function signInOften(
  { userId }: Member,
  devices: readonly string[],
  isNew: readonly boolean[],
): Promise<void> {
  await site.pool.query(
    `insert into activity_log (id, user_id, action, metadata, timestamp, ip_address, user_agent)
     select gen_random_uuid(), $1, 'system.login', jsonb_build_object('method', 'password', 'new_device', is_new),
       now() + interval '1 second' * n, '203.0.113.7', device
       from unnest($2::text[], $3::boolean[]) with ordinality as one (device, is_new, n)`,
    [userId, devices, isNew],
  )
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

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
  await inviteMany(member, 170)
  await open()
  await entries(page).nth(49).waitFor()
  await change(member, { tutor_profile: { headline: 'Нове' } })
  for (const last of [49, 99, 149]) {
    await entries(page).nth(last).scrollIntoViewIfNeeded()
    await entries(page)
      .nth(last + 1)
      .waitFor()
  }
  await page.getByText('Давніших подій немає.').waitFor()
  // Those above, and the account with its sign-ins; not what came while it was read.
  await entry(page, 'Обліковий запис створено').waitFor()
  assert.equal(await entry(page, /^Надіслано запрошення/).count(), 170)
})

test('filters are in the address, and a download holds what they let through', async (t) => {
  const { member, page, open } = await openActivity(t, { viewport: 'phone', colorScheme: 'dark' })
  await change(member, { tutor_profile: { headline: 'Нове' } })
  await open()
  await page.getByRole('button', { name: 'Фільтри' }).click()
  await page.getByRole('group', { name: 'Тип' }).getByText('Профіль').click()
  await page.waitForURL('**/activity?what=profile')
  await entry(page, 'Вхід до облікового запису').first().waitFor({ state: 'detached' })
  await page.reload()
  await entry(page, 'Змінено поле «Одним реченням»').waitFor()
  assert.equal(await entries(page).count(), 2)
  const save = async (what: string) => {
    await page.getByRole('button', { name: 'Зберегти' }).click()
    const item = page.getByRole('menuitem', { name: what })
    await item.waitFor()
    await checkAccessibility(page)
    const [download] = await Promise.all([page.waitForEvent('download'), item.click()])
    assert.match(download.suggestedFilename(), /^activity-\d{4}-\d\d-\d\d\.csv$/)
    return (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  }
  const data = await save('Дані для програм')
  assert.equal(data.length, 3, 'a header and two entries')
  assert.match(data[1] ?? '', /profile\.updated/)
  const words = await save('Таблиця для людей')
  assert.match(words[0] ?? '', /^\uFEFFДень;Час \(UTC\);Що сталося;Подробиці/)
  assert.match(words[1] ?? '', /;Змінено поле «Одним реченням»;.*→ Нове/)
  assert.equal(words.length, 3)
  await page.getByText(/^Файл activity-.*\.csv готовий \(.*, 2 події\)\.$/).waitFor()
  await checkAccessibility(page)
  await page.goto('activity?from=2001-01-01&to=2001-01-02')
  await page.getByRole('heading', { name: 'Нічого не знайдено' }).waitFor()
  await page.getByRole('button', { name: 'Скинути фільтри' }).last().click()
  await entries(page).first().waitFor()
})

test('a table of a long log is written page after page, says how far it is, and can be given up', async (t) => {
  const { member, page, open } = await openActivity(t)
  await inviteMany(member, 350)
  let [reads, isHeld] = [0, true]
  const held = Promise.withResolvers<void>()
  await page.route(/limit=100/, async (route) => {
    reads += 1
    if (reads === 3 && isHeld) await held.promise
    await route.continue().catch(() => undefined)
  })
  await open()
  const start = async () => {
    await page.getByRole('button', { name: 'Зберегти' }).click()
    await page.getByRole('menuitem', { name: 'Таблиця для людей' }).click()
  }
  await start()
  await page
    .getByRole('status')
    .filter({ hasText: /^200 подій, \d+\s/ })
    .waitFor()
  await page.getByRole('button', { name: 'Скасувати' }).click()
  await page.getByRole('button', { name: 'Зберегти' }).waitFor()
  isHeld = false
  held.resolve()
  const [download] = await Promise.all([page.waitForEvent('download'), start()])
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
  assert.equal(lines.filter((line) => line.includes('Надіслано запрошення: guest-')).length, 350)
})

test('equal entries are one row, and what is alarming says what to do', async (t) => {
  const { member, page, open } = await openActivity(t, { viewport: 'phone' })
  await signInOften(
    member,
    [FIREFOX, FIREFOX, 'curl/8.5.0', FIREFOX, 'strange/1.0'],
    [false, false, false, false, true],
  )
  await open()
  const folded = entry(page, '4 входи, 2 пристрої')
  await folded.click()
  assert.equal(await folded.getAttribute('aria-expanded'), 'true')
  const inside = page.locator('ol ol > li')
  assert.equal(await inside.count(), 4)
  await inside.nth(1).getByRole('button').click()
  await inside.nth(1).getByText('Браузер (повний рядок)').waitFor()
  await checkAccessibility(page)
  const alarm = page.locator('[data-entry]').filter({ hasText: 'Вхід із нового пристрою' }).first()
  await alarm.getByText('Це були не ви?').waitFor()
  assert.equal(await page.locator('[data-notable]').count(), await page.getByText('Це були не ви?').count())
  await alarm.getByRole('link', { name: 'Захистити обліковий запис' }).click()
  await page.waitForURL('**/security')
})

test('coming back finds the place in the list, however far down it was', async (t) => {
  const { member, page, open } = await openActivity(t, { viewport: 'phone' })
  await inviteMany(member, 330)
  await open()
  const seen = entry(page, /guest-310@/)
  for (let last = 49; (await seen.count()) === 0; last += 50) {
    await entries(page).nth(last).scrollIntoViewIfNeeded()
    await entries(page)
      .nth(last + 1)
      .waitFor()
  }
  await seen.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  const count = await entries(page).count()
  const top = (await seen.boundingBox())?.y ?? assert.fail()
  await page.getByRole('link', { name: 'Профіль' }).first().click()
  await page.waitForURL('**/profile')
  await page.goBack()
  await page.waitForFunction(
    ({ name, where }) => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) =>
        textContent?.includes(name),
      )
      return button !== undefined && Math.abs(button.getBoundingClientRect().top - where) < 30
    },
    { name: 'guest-310@', where: top },
  )
  assert.equal(await entries(page).count(), count)
  // Whoever opens it anew begins at the top.
  await page.getByRole('link', { name: 'Профіль' }).first().click()
  await page.waitForURL('**/profile')
  await page.getByRole('link', { name: 'Активність' }).first().click()
  await entries(page).first().waitFor()
  assert.ok((await entries(page).count()) <= 50)
})

test('a period is one of some, and days of one’s own have their inputs', async (t) => {
  const { page, open } = await openActivity(t)
  await open()
  const period = page.getByRole('radiogroup', { name: 'Період' })
  assert.equal(await period.getByRole('radio', { name: 'Увесь час' }).isChecked(), true)
  await period.getByText('Останні 7 днів').click()
  await page.waitForURL(/\?from=/)
  assert.equal(await period.getByRole('radio', { checked: true }).count(), 1)
  await period.getByText('Інші дати').click()
  await page.getByLabel('По', { exact: true }).waitFor()
  await checkAccessibility(page)
  await period.getByText('Увесь час').click()
  await page.waitForURL('**/activity')
  assert.equal(await page.getByLabel('По', { exact: true }).count(), 0)
})

test('a day of the year shows that day, by mouse, by keyboard, and the busiest one by its button', async (t) => {
  const { page, open } = await openActivity(t)
  await open()
  const days = page.locator('[data-day]')
  // The latest month is the first one, and today its last day.
  const today = page.locator('[data-day][tabindex="0"]')
  await today.click()
  await page.waitForURL(/\?from=(\d{4}-\d\d-\d\d)&to=\1$/)
  await entries(page).first().waitFor()
  assert.equal(await today.getAttribute('aria-selected'), 'true')
  await checkAccessibility(page)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowUp')
  assert.equal(await days.and(page.locator('[tabindex="0"]')).count(), 1)
  const label = (await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) ?? ''
  assert.match(label, /: подій немає$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Нічого не знайдено' }).waitFor()
  await page.getByRole('button', { name: /^Найактивніший день/ }).focus()
  await page.keyboard.press('Enter')
  await entries(page).first().waitFor()
})

for (const hasForcedColors of [false, true]) {
  test(`on a phone the year is folded${hasForcedColors ? ', with forced colours' : ''}`, async (t) => {
    const { page, open } = await openActivity(t, { viewport: 'phone', colorScheme: 'dark', hasForcedColors })
    await open()
    const first = entries(page).first()
    await first.waitFor()
    assert.ok(((await first.boundingBox())?.y ?? 844) < 420, 'the first entry is seen at once')
    assert.equal(await page.getByRole('grid').count(), 0)
    const year = page.getByRole('button', { name: 'За рік' })
    await year.click()
    await page.getByRole('grid').first().waitFor()
    assert.equal(await year.getAttribute('aria-expanded'), 'true')
    await page.getByText(/^\d+ поді[їяй], активних днів: 1\./).waitFor()
    await checkAccessibility(page)
  })
}

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
  await entry(page, /^Часовий пояс змінено з «UTC» на «Київ»/).waitFor()
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
