/** Taking one's data along: asked for, built by the real queue, downloaded, unpacked and read offline. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createDatabase } from '../../server/test/database.ts'
import { uploadPicture } from '../../server/test/publish.ts'
import { sha256, unzip } from '../../server/test/unzip.ts'
import { startMaintenance } from '../../server/src/maintenance.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser } from '../test/browser.ts'
import { startSite } from '../test/site.ts'

const database = await createDatabase()
const [browser, site] = await Promise.all([openBrowser(), startSite({ database })])
const silent = { info: () => {}, warn: () => {}, error: () => {} }
const maintenance = await startMaintenance(site.config, database.connection, silent)
const folder = await mkdtemp(join(tmpdir(), 'upm-archive-'))
after(async () => {
  await maintenance.stop()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const words = {
  uk: {
    region: 'Забрати свої дані',
    start: 'Створити архів',
    ready: 'Ваш архів готовий.',
    download: 'Завантажити архів',
    downloaded: /^Архів завантажено: upm-/,
    page: 'Ваші дані',
    activity: 'Остання активність',
  },
  en: {
    region: 'Take your data along',
    start: 'Create the archive',
    ready: 'Your archive is ready.',
    download: 'Download the archive',
    downloaded: /^The archive has been downloaded: upm-/,
    page: 'Your data',
    activity: 'Recent activity',
  },
}

for (const [language, viewport] of [
  ['uk', 'phone'],
  ['en', 'desktop'],
] as const) {
  test(`a person takes their data along, in ${language} on a ${viewport}`, async (t) => {
    const say = words[language]
    const member = await site.join({ name: 'Олена <b>Коваль</b>' })
    const { token } = member
    await uploadPicture(site, { token })
    await site.send('PATCH', '/api/me/profile/', {
      token,
      body: {
        settings: { ui_language: language },
        tutor_profile: { headline: 'Фізика', bio: 'Перший рядок\nДругий рядок', subjects: ['physics'] },
      },
    })
    const page = await browser.openPage(t, site, { viewport })
    await site.enter(page, member)
    await page.goto('security#take-along')
    const card = page.getByRole('region', { name: say.region })
    await card.getByRole('button', { name: say.start }).waitFor()
    await checkAccessibility(page)
    await card.getByRole('button', { name: say.start }).click()
    await card.getByText(say.ready).waitFor({ timeout: 60_000 })
    await checkAccessibility(page)

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      card.getByRole('button', { name: say.download }).click(),
    ])
    await page.getByText(say.downloaded).waitFor()
    assert.match(download.suggestedFilename(), /^upm-\d{4}-\d\d-\d\d\.zip$/)
    const files = await unzip(await readFile(await download.path()))
    const manifest = JSON.parse(String(files.get('manifest.json'))) as {
      files: { path: string; bytes: number; sha256: string }[]
    }
    for (const { path, bytes, sha256: hash } of manifest.files) {
      const file = files.get(path)
      assert.ok(file, path)
      assert.deepEqual([file.length, sha256(file)], [bytes, hash], path)
    }

    const unpacked = join(folder, language)
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(unpacked, path)), { recursive: true })
      await writeFile(join(unpacked, path), bytes)
    }
    await page.goto(pathToFileURL(join(unpacked, 'index.html')).href)
    await page.getByRole('heading', { level: 1, name: say.page }).waitFor()
    await page.getByRole('heading', { level: 2, name: say.activity }).waitFor()
    assert.equal(await page.getByText('Олена <b>Коваль</b>').first().isVisible(), true)
    assert.equal(await page.locator('html').getAttribute('lang'), language)
    const width = await page.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)
    assert.equal(width, 512, 'the picture beside the page is shown')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await checkAccessibility(page)
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(overflow <= 0, `${overflow} px wider than the screen`)
    if (process.env['SHOTS'])
      await page.screenshot({ path: join(process.env['SHOTS'], `${language}.png`), fullPage: true })
    for (const path of await page
      .locator('a[href]:not([href^="#"])')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? '')))
      assert.ok(files.has(decodeURIComponent(path)), path)
  })
}
