/** Where the system forces its colours (high contrast), what is chosen is still to be seen. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator } from 'playwright-core'
import sharp from 'sharp'
import { complete } from '../../server/test/publish.ts'
import { openBrowser, type OwnTest } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

/** Of a picture of an element: how far its lightest and darkest places are apart, and its mean, 0 to 255. */
async function looks(element: Locator): Promise<{ range: number; mean: number }> {
  const picture = sharp(await element.screenshot({ animations: 'disabled' })).greyscale()
  const { channels } = await picture.stats()
  const [grey = assert.fail('a picture without a channel')] = channels
  const { min, max, mean } = grey
  return { range: max - min, mean }
}

type Looks = Awaited<ReturnType<typeof looks>>

async function assertDiffer(one: Locator, other: Locator, what: string): Promise<void> {
  assertApart(await looks(one), await looks(other), what)
}

function assertApart(first: Looks, second: Looks, what: string): void {
  assert.ok(
    Math.abs(first.mean - second.mean) > 10,
    `${what}: ${JSON.stringify(first)} and ${JSON.stringify(second)}`,
  )
}

async function open(t: OwnTest, path: string) {
  const member = await site.join()
  await complete(site, member)
  await site.send('PATCH', '/api/me/profile/', {
    token: member.token,
    body: {
      tutor_profile: { subjects: ['algebra'], lesson_formats: ['online'] },
      settings: { privacy_public_profile: true, notifications_enabled: false },
    },
  })
  const page = await browser.openPage(t, site, { hasForcedColors: true })
  await site.enter(page, member)
  await page.goto(path.replace('ID', String(member.userId)))
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  return page
}

const borderOf = (element: Locator) =>
  element.evaluate((it) => {
    const { borderTopStyle, borderTopWidth } = getComputedStyle(it)
    return `${borderTopStyle} ${borderTopWidth}`
  })

test('switches, radios and the current place of the navigation', async (t) => {
  const page = await open(t, 'visibility')
  const track = page.locator('.mantine-Switch-track')
  const on = await looks(track)
  await page.getByRole('link', { name: 'Час і мова' }).click()
  await page.getByRole('heading', { level: 1, name: 'Налаштування' }).waitFor()
  await page.getByRole('switch').waitFor()
  const off = await looks(track)
  for (const { range } of [on, off]) assert.ok(range > 100, `a switch is to be seen: ${range}`)
  assertApart(on, off, 'a switch that is on, and one that is off')
  const radios = page.getByRole('radiogroup').getByRole('radio')
  await assertDiffer(radios.nth(0), radios.nth(1), 'the chosen language and the other one')
  const links = page.getByRole('navigation').getByRole('link')
  await assertDiffer(links.nth(3), links.nth(2), 'the current screen and another one')
})

test('chips and boxes of the form', async (t) => {
  const page = await open(t, 'profile')
  assert.equal(await borderOf(page.locator('.mantine-Pill-root').first()), 'solid 1px')
  const boxes = page.locator('.mantine-Checkbox-inner')
  await assertDiffer(boxes.nth(0), boxes.nth(1), 'a box that is ticked, and one that is not')
})

test('chips of the public profile', async (t) => {
  const page = await open(t, 'people/ID')
  assert.equal(await borderOf(page.getByRole('listitem').first()), 'solid 1px')
})

test('the colours of the year, and what they mean', async (t) => {
  const page = await open(t, 'activity')
  const samples = page.locator('[data-level]')
  await samples.first().waitFor()
  const seen = await Promise.all(
    (await samples.all()).map((sample) =>
      sample.evaluate((it) =>
        [it.getAttribute('data-level'), getComputedStyle(it).backgroundColor].join(' '),
      ),
    ),
  )
  // A level has one colour, and each another one.
  const pairs = [...new Set(seen)].map((pair) => pair.split(/ (.*)/))
  assert.ok(pairs.length > 1)
  for (const place of [0, 1]) assert.equal(new Set(pairs.map((pair) => pair[place])).size, pairs.length)
})
