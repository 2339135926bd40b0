import assert from 'node:assert/strict'
import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { checkAccessibility } from './accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from './browser.ts'
import { extractChromium } from './chromium.ts'
import { takeScreenshot } from './screenshot.ts'
import { startSite } from './site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

test('the page opens under its policy, without a fault, for everybody', async (t) => {
  const page = await browser.openPage(t, site)
  const answer = await page.goto('profile')
  assert.match(
    (await answer?.allHeaders())?.['content-security-policy'] ?? '',
    /^default-src 'none'; script-src 'self';/,
  )
  await page.getByRole('heading').first().waitFor()
  assert.notEqual(await page.title(), '')
  await checkAccessibility(page)
})

test('the browser is what the journey wants it to be', async (t) => {
  const facts = (page: Page) =>
    page.evaluate(() => ({
      languages: navigator.languages,
      isDark: matchMedia('(prefers-color-scheme: dark)').matches,
      isCalm: matchMedia('(prefers-reduced-motion: reduce)').matches,
      width: innerWidth,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }))
  const [plain, other] = await Promise.all([
    browser.openPage(t, site),
    browser.openPage(t, site, { language: 'en', colorScheme: 'dark', viewport: 'phone' }),
  ])
  await Promise.all([plain.goto(''), other.goto('')])
  // The engine knows the zone by its former name.
  const both = { isCalm: true, zone: 'Europe/Kiev' }
  assert.deepEqual(await facts(plain), { ...both, languages: ['uk-UA'], isDark: false, width: 1280 })
  assert.deepEqual(await facts(other), { ...both, languages: ['en-GB'], isDark: true, width: 390 })
})

test('a member enters, and nobody else is let in with them', async (t) => {
  const member = await site.join({ name: 'Олена Коваль', role: 'student' })
  const [page, other] = await Promise.all([browser.openPage(t, site), browser.openPage(t, site)])
  await site.enter(page, member)
  const session = async (of: Page) =>
    (await of.request.get('api/auth/get-session')).json() as Promise<unknown>
  assert.partialDeepStrictEqual(await session(page), { user: { email: member.email, role: 'student' } })
  assert.equal(await session(other), null)
  assert.ok((await site.actions(member.userId)).includes('system.login'))
})

describe('a test fails when in its page', () => {
  /** Does something in a page of a test that is only played, and ends that test. */
  async function play(work: (page: Page) => Promise<unknown>, options?: PageOptions): Promise<void> {
    const ends: (() => Promise<void>)[] = []
    const played: OwnTest = {
      after: (end) => void ends.push(end as () => Promise<void>),
      diagnostic: () => {},
      passed: true,
    }
    const page = await browser.openPage(played, site, options)
    await page.goto('')
    await work(page)
    for (const end of ends) await end()
  }

  const faults: [what: string, work: (page: Page) => Promise<unknown>, fault: RegExp][] = [
    ['an error is logged', (page) => page.evaluate('console.error("sad")'), /console: sad/],
    [
      'an exception is not caught',
      (page) =>
        Promise.all([
          page.waitForEvent('pageerror'),
          page.evaluate('setTimeout(() => { throw new Error("lost") })'),
        ]),
      /exception: Error: lost/,
    ],
    [
      'the policy forbids a style',
      (page) => page.evaluate('document.body.innerHTML = `<p style="color: red">`'),
      /console: .*violates the following Content Security Policy/,
    ],
    [
      'something is asked of another origin',
      (page) => page.evaluate('fetch("https://elsewhere.example/").catch(() => {})'),
      /Content Security Policy|request to another origin: GET https:\/\/elsewhere\.example\//,
    ],
    [
      'something is not there',
      (page) => page.evaluate('fetch("./api/none")'),
      /console: .*404 .*\/api\/none/,
    ],
  ]
  for (const [what, work, fault] of faults) {
    test(what, async () => {
      await assert.rejects(play(work), (error) => fault.test(String((error as { actual?: unknown }).actual)))
    })
  }

  test('but not for refusals that belong to it', async () => {
    await play((page) => page.evaluate('fetch("./api/none")'), { allowedStatuses: [404] })
  })
})

test('what is not accessible is named', async (t) => {
  const page = await browser.openPage(t, site)
  await page.goto('')
  await page.getByRole('main').waitFor()
  await page.evaluate(
    'document.body.innerHTML = `<main><h1>Title</h1><img src="icon.svg"><button></button></main>`',
  )
  await assert.rejects(checkAccessibility(page), ({ message }: Error) => {
    assert.match(message, /image-alt: .*\n {2}<img src="icon\.svg">/)
    assert.match(message, /button-name: /)
    return true
  })
})

test('a screenshot is kept only when it is wanted', async (t) => {
  const page = await browser.openPage(t, site)
  await page.goto('')
  const before = process.env['UPM_SCREENSHOTS']
  delete process.env['UPM_SCREENSHOTS']
  t.after(() => {
    if (before !== undefined) process.env['UPM_SCREENSHOTS'] = before
  })
  const picture = await takeScreenshot(page, 'harness')
  assert.equal(picture.subarray(1, 4).toString(), 'PNG')
  await assert.rejects(access(join(import.meta.dirname, '../../docs/images/harness.png')))
})

test(
  'the browser is unpacked by several at once, whole',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const place = await mkdtemp(join(tmpdir(), 'upm-chromium-test-'))
    t.after(() => rm(place, { recursive: true }))
    const folder = join(place, 'chromium')
    await Promise.all([extractChromium(folder), extractChromium(folder)])
    assert.deepEqual(await readdir(place), ['chromium'])
    await Promise.all(
      ['chromium', 'fonts.conf', 'al2023/lib/libnss3.so'].map((name) => access(join(folder, name))),
    )
  },
)
