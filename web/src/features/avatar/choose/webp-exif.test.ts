import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutExif } from './webp-exif.ts'

const chunk = (name: string, data: string) =>
  `${name}${String.fromCharCode(data.length)}\0\0\0${data}${data.length % 2 ? '\0' : ''}`
const webp = (...chunks: string[]) =>
  Uint8Array.from(`RIFF\x40\0\0\0WEBP${chunks.join('')}`, (char) => char.charCodeAt(0))
const header = (flags: number) => chunk('VP8X', `${String.fromCharCode(flags)}\0\0\0\x1d\0\0\x13\0\0`)

test('the EXIF of a WebP becomes a chunk that means nothing, in the same place', () => {
  const turned = webp(header(0x18), chunk('ALPH', 'odd'), chunk('VP8 ', 'pixels'), chunk('EXIF', 'turn it'))
  const before = turned.slice()
  const plain = withoutExif(turned)
  assert.deepEqual(
    plain,
    webp(header(0x10), chunk('ALPH', 'odd'), chunk('VP8 ', 'pixels'), chunk('none', 'turn it')),
  )
  assert.deepEqual(turned, before)
})

test('a WebP without EXIF is left alone, and so is one that ends early', () => {
  for (const bytes of [webp(chunk('VP8 ', 'EXIF')), webp(header(0)).slice(0, 17), webp()]) {
    assert.equal(withoutExif(bytes), bytes)
  }
})
