/** On a phone everything can be hit with a finger, and no input makes the browser zoom in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

/** What is too small. Links within a text are as high as its line. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isSeen = (element: Element) => {
      const { width, height } = element.getBoundingClientRect()
      return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true })
    }
    const texts = 'input:not([type=checkbox], [type=radio], [type=hidden], [type=file]), textarea'
    const small = Array.from(document.querySelectorAll(texts), (input) => ({
      input,
      size: Number.parseFloat(getComputedStyle(input).fontSize),
    }))
      .filter(({ input, size }) => isSeen(input) && size < 16)
      .map(({ input, size }) => `${input.id}: ${size} px`)
    const targets = 'button:not(.mantine-Anchor-root), nav a, .mantine-Input-input'
    /** Whether a finger that misses the middle by 21 px still hits it. */
    const isHitAround = (element: Element) => {
      element.scrollIntoView({ block: 'center' })
      const { x, y, width, height } = element.getBoundingClientRect()
      return [-21, 21].every((miss) =>
        element.contains(document.elementFromPoint(x + width / 2, y + height / 2 + miss)),
      )
    }
    const isLow = (element: Element) => {
      const { width, height } = element.getBoundingClientRect()
      return (height < 43.9 || width < 43.9) && !isHitAround(element)
    }
    const low = Array.from(document.querySelectorAll(targets))
      .filter((element) => isSeen(element) && isLow(element))
      .map((element) => element.outerHTML.slice(0, 160))
    // A box, a dot or a switch is hit by its label, too.
    const labels = Array.from(document.querySelectorAll<HTMLInputElement>('[type=checkbox], [type=radio]'))
      .map((input) => [input, ...(input.labels ?? [])].filter(isSeen))
      .filter((seen) => seen.length > 0 && seen.every((it) => it.getBoundingClientRect().height < 43.9))
      .map((seen) => seen.map((it) => it.outerHTML).join(' '))
    return [...small, ...low, ...labels]
  })
}

for (const path of ['sign-in', 'sign-up', 'profile', 'visibility', 'security', 'settings', 'activity']) {
  test(`${path}: what is touched is large enough`, async (t) => {
    const member = await site.join()
    await site.send('PATCH', '/api/me/profile/', {
      token: member.token,
      body: { tutor_profile: { subjects: ['algebra', 'geometry'], lesson_formats: ['online'] } },
    })
    const page = await browser.openPage(t, site, { viewport: 'phone' })
    if (!path.startsWith('sign')) await site.enter(page, member)
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    assert.equal(await page.evaluate(() => matchMedia('(pointer: coarse)').matches), true)
    assert.deepEqual(await tooSmall(page), [])
  })
}
