import { join } from 'node:path'
import type { Page } from 'playwright-core'

const FOLDER = join(import.meta.dirname, '../../docs/images')

/** What is to be seen, as PNG; `npm run screenshots` keeps it for the documentation. */
export async function takeScreenshot(
  page: Page,
  name: string,
  options?: { fullPage?: boolean },
): Promise<Buffer> {
  const isKept = process.env['UPM_SCREENSHOTS'] === '1'
  await page.evaluate(() => document.fonts.ready)
  return page.screenshot({
    ...options,
    animations: 'disabled',
    caret: 'hide',
    ...(isKept && { path: join(FOLDER, `${name}.png`) }),
  })
}
