import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { form } from '../../server/test/form.ts'
import { checkAccessibility } from '../test/accessibility.ts'
import { openBrowser, type OwnTest, type PageOptions } from '../test/browser.ts'
import { exif, exifSegment, jpegSegment, jpegWith, pngChunk, pngWith } from '../test/exif.ts'
import { startSite, type Member } from '../test/site.ts'

const [browser, site] = await Promise.all([openBrowser(), startSite()])

/** Red on the left and blue on the right, as a camera that was held on its side writes it: the file itself lies. */
const upright = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#ff0000' } })
  .composite([
    {
      input: await sharp({ create: { width: 300, height: 300, channels: 3, background: '#0000ff' } })
        .png()
        .toBuffer(),
      left: 300,
      top: 0,
    },
  ])
  .png()
  .toBuffer()
const photo = await sharp(upright)
  .rotate(-90)
  .withMetadata({ orientation: 6 })
  .jpeg({ quality: 95 })
  .toBuffer()

async function openProfile(
  t: OwnTest,
  { hasPhoto = false, ...options }: PageOptions & { hasPhoto?: boolean } = {},
) {
  const member = await site.join()
  if (hasPhoto) {
    const { body, headers } = await form([{ name: 'avatar', file: photo }])
    const answer = await site.send('POST', '/api/me/avatar/', { token: member.token, body, headers })
    assert.equal(answer.statusCode, 201)
  }
  const page = await browser.openPage(t, site, options)
  await site.enter(page, member)
  await page.goto('profile')
  await page.getByRole('button', { name: hasPhoto ? 'Змінити фото' : 'Вибрати фото' }).waitFor()
  return { member, page, dialog: page.getByRole('dialog', { name: 'Обріжте фото' }) }
}

const avatarOf = async ({ token }: Member): Promise<string | null> =>
  (await site.send('GET', '/api/me/profile/', { token })).json().avatar_url

/** Red, green and blue in the middle of the picture that was kept, at a share of its width. */
async function colourAt(url: string | null, share: number): Promise<string> {
  const file = (await site.app.inject(url ?? '')).rawPayload
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (256 * info.width + Math.floor(share * info.width)) * 3
  const [red = 0, , blue = 0] = data.subarray(at, at + 3)
  return red > 180 ? 'red' : blue > 180 ? 'blue' : 'between'
}

/** Lets the page have a file in the way that a browser does it, by an event of this kind on what is found there. */
async function bring(page: Page, kind: 'paste' | 'drop', selector: string): Promise<void> {
  await page
    .locator(selector)
    .first()
    .evaluate(
      async (element, [type, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        const data = new DataTransfer()
        data.items.add(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }))
        const how = { bubbles: true, cancelable: true }
        if (type === 'paste')
          element.dispatchEvent(new ClipboardEvent('paste', { ...how, clipboardData: data }))
        else {
          for (const name of ['dragenter', 'dragover', 'drop']) {
            element.dispatchEvent(new DragEvent(name, { ...how, dataTransfer: data }))
          }
        }
      },
      [kind, photo.toString('base64')] as const,
    )
}

test('a photo is cropped by keyboard, and what was seen is what is kept, upright', async (t) => {
  const { member, page, dialog } = await openProfile(t)
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo })
  const area = dialog.getByRole('application')
  await area.waitFor()
  await checkAccessibility(page)
  await area.focus()
  // The middle of it is half red, half blue. To the left of that all is red.
  for (let step = 0; step < 60; step += 1) await page.keyboard.press('ArrowRight')
  await dialog.getByRole('slider', { name: 'Масштаб' }).focus()
  await page.keyboard.press('ArrowRight')
  await dialog.getByRole('button', { name: 'Зберегти фото' }).focus()
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Фото оновлено.').first().waitFor()
  const url = await avatarOf(member)
  assert.deepEqual([await colourAt(url, 0.1), await colourAt(url, 0.9)], ['red', 'red'])
  assert.equal((await site.actions(member.userId)).at(-1), 'avatar.uploaded')
})

/** Red, green / blue, yellow. */
async function quarters(width: number, height: number): Promise<Buffer> {
  const quarter = (background: string) => ({
    create: { width: width / 2, height: height / 2, channels: 3 as const, background },
  })
  return sharp({ create: { width, height, channels: 3, background: '#ff0000' } })
    .composite([
      { input: quarter('#00ff00'), left: width / 2, top: 0 },
      { input: quarter('#0000ff'), left: 0, top: height / 2 },
      { input: quarter('#ffff00'), left: width / 2, top: height / 2 },
    ])
    .png()
    .toBuffer()
}

/** The colours at four places within the circle, of what is seen or of what is kept. */
async function coloursOf(picture: Buffer): Promise<string[]> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return [
    [0.3, 0.3],
    [0.8, 0.3],
    [0.3, 0.8],
    [0.8, 0.8],
  ].map(([x = 0, y = 0]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3)
    return [red > 128 && 'red', green > 128 && 'green', blue > 128 && 'blue'].filter(Boolean).join('+')
  })
}

/** Pictures whose file and whose look in a browser may differ. 480×360 pixels, or 360×480 turned. */
async function oddPictures(): Promise<[what: string, file: Buffer][]> {
  const given = (name: string) => readFile(join(import.meta.dirname, '../../server/test/pictures', name))
  const png = await quarters(480, 360)
  const jpeg = await sharp(png).jpeg({ quality: 95 }).toBuffer()
  const half = { x: 144, y: 144, width: 240, height: 180 }
  const wide = { x: 144, y: 72, width: 240, height: 360 }
  const dense = (facts: Parameters<typeof exif>[0]) => jpegWith(jpeg, exifSegment(facts))
  const turned = (type: 'BYTE' | 'LONG') => ({ orientation: 6, orientationType: type })
  const physical = Buffer.from([0, 0, 0x16, 0x25, 0, 0, 0x0b, 0x13, 1])
  const frames = await Promise.all(
    [png, await sharp(png).negate().png().toBuffer()].map((frame) =>
      sharp(frame).ensureAlpha().raw().toBuffer(),
    ),
  )
  const animation = sharp(Buffer.concat(frames), {
    raw: { width: 480, height: 720, channels: 4, pageHeight: 360 },
  })
  return [
    ['the JPEG of a program that scans', await given('density-144.jpg')],
    ['a JPEG of 144 dots to the inch', dense({ density: half })],
    ['a JPEG that is dense on one axis', dense({ density: wide })],
    ['a JPEG that says so of one axis only', dense({ density: { x: 144, width: 240, height: 360 } })],
    ...[5, 6, 7, 8].map((orientation): [string, Buffer] => [
      `a dense JPEG of orientation ${orientation}`,
      dense({ orientation, density: orientation % 2 ? half : wide }),
    ]),
    ['a JPEG whose orientation is a LONG', dense(turned('LONG'))],
    ['a JPEG whose orientation is a BYTE', dense(turned('BYTE'))],
    [
      'a JPEG with further pictures',
      jpegWith(
        jpeg,
        exifSegment({ density: half }),
        jpegSegment(0xe2, Buffer.from('MPF\0MM\0*\0\0\0\x08\0\0')),
      ),
    ],
    ['a PNG whose orientation is a LONG', pngWith(png, pngChunk('eXIf', exif(turned('LONG'))))],
    ['a PNG that is turned', pngWith(png, pngChunk('eXIf', exif({ orientation: 6, density: half })))],
    ['a PNG of other pixels than squares', pngWith(png, pngChunk('pHYs', physical))],
    ['a WebP that would be turned', await sharp(jpeg).withMetadata({ orientation: 6 }).webp().toBuffer()],
    [
      'an animated WebP',
      await animation
        .clone()
        .webp({ lossless: true, loop: 0, delay: [50, 50] })
        .toBuffer(),
    ],
    [
      'an animated GIF',
      await animation
        .clone()
        .gif({ loop: 0, delay: [50, 50] })
        .toBuffer(),
    ],
    [
      'an AVIF with EXIF',
      await sharp(dense({ density: half }))
        .keepExif()
        .avif()
        .toBuffer(),
    ],
  ]
}

test('whatever the browser makes of a file, what was seen in the square is what is kept', async (t) => {
  const { member, page, dialog } = await openProfile(t)
  for (const [what, buffer] of await oddPictures()) {
    const before = await avatarOf(member)
    await page.locator('input[type=file]').first().setInputFiles({ name: 'photo', mimeType: '', buffer })
    const area = dialog.getByRole('application')
    await area.waitFor()
    await area.focus()
    // To the upper left corner, as far as the picture goes.
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowDown')
    }
    const seen = await coloursOf(await dialog.getByTestId('cropper').screenshot())
    assert.equal(new Set(seen).size, 4, `${what}: ${seen.join(', ')}`)
    await dialog.getByRole('button', { name: 'Зберегти фото' }).click()
    await dialog.waitFor({ state: 'detached' })
    const after = await avatarOf(member)
    assert.notEqual(after, before, what)
    assert.deepEqual(await coloursOf((await site.app.inject(after ?? '')).rawPayload), seen, what)
  }
})

for (const kind of ['paste', 'drop'] as const) {
  test(`a photo can come by ${kind}`, async (t) => {
    const { member, page, dialog } = await openProfile(t)
    // Who drops a file has moved the mouse before.
    if (kind === 'drop') await page.mouse.move(300, 300)
    await bring(page, kind, kind === 'paste' ? 'body' : '.mantine-Dropzone-root')
    await dialog.getByRole('application').waitFor()
    await dialog.getByRole('button', { name: 'Зберегти фото' }).click()
    await page.getByText('Фото оновлено.').first().waitFor()
    const url = await avatarOf(member)
    assert.deepEqual([await colourAt(url, 0.1), await colourAt(url, 0.9)], ['red', 'blue'], 'the middle')
  })
}

test('an upload that is cancelled leaves the old photo', async (t) => {
  const { member, page, dialog } = await openProfile(t, { hasPhoto: true })
  const before = await avatarOf(member)
  // The server never gets it, and so never answers.
  await page.route('**/api/me/avatar/', () => {})
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo })
  await dialog.getByRole('button', { name: 'Зберегти фото' }).click()
  await dialog.getByRole('progressbar').waitFor({ state: 'attached' })
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Скасувати' }).click()
  await page
    .getByRole('status')
    .getByText(/^Скасовано/)
    .first()
    .waitFor()
  assert.equal(await avatarOf(member), before)
})

test('what is no picture is refused with what to do, and never sent', async (t) => {
  const { member, page, dialog } = await openProfile(t)
  await page.route('**/api/me/avatar/', () => assert.fail('it was sent'))
  for (const [name, content, words] of [
    ['photo.jpg', 'a text', 'Це не зображення, яке можна використати'],
    ['drawing.png', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'Малюнки SVG не підходять'],
    ['empty.jpg', '', 'Файл порожній'],
    ['half.jpg', photo.subarray(0, 400), 'Зображення не відкривається'],
  ] as const) {
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name, mimeType: 'image/jpeg', buffer: Buffer.from(content) })
    await dialog.getByText(words).first().waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  assert.equal(await avatarOf(member), null)
})

test('a removed photo can be brought back, and is gone when the toast is', async (t) => {
  const { member, page } = await openProfile(t, { hasPhoto: true })
  const before = await avatarOf(member)
  const toast = page.locator('#avatar-removal')
  const said = page.getByRole('region', { name: 'Фото та ім’я' }).getByRole('status')
  await page.getByRole('button', { name: 'Видалити фото' }).click()
  await toast.getByRole('button', { name: 'Повернути' }).click()
  await page.getByRole('button', { name: 'Видалити фото' }).waitFor()
  await said.getByText('Фото повернуто.').waitFor()
  assert.equal(await avatarOf(member), before)

  await page.getByRole('button', { name: 'Видалити фото' }).click()
  const sent = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
  await toast.getByRole('button', { name: 'Закрити' }).click()
  await sent
  await page.getByRole('button', { name: 'Вибрати фото' }).waitFor()
  assert.match((await said.textContent()) ?? '', /^Фото видалено/)
  assert.equal(await avatarOf(member), null)
  assert.deepEqual((await site.actions(member.userId)).slice(-2), ['system.login', 'avatar.deleted'])
})
