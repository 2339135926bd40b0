import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isPicture, readKind } from './picture-format.ts'
import { judge } from './refusal.ts'

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
const box = (...brands: string[]) =>
  bytes(
    `\0\0\0${String.fromCharCode(12 + 4 * brands.length)}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}    `,
  )
const webp = (chunk: string, flags = 0) =>
  bytes(`RIFF\0\0\0\0WEBP${chunk}\x0a\0\0\0${String.fromCharCode(flags)}`)
const png = (...chunks: string[]) =>
  bytes(`\x89PNG\r\n\x1a\n${chunks.map((name) => `\0\0\0\0${name}\0\0\0\0`).join('')}`)

const heads: [what: string, head: Uint8Array, format: string, isAnimated: boolean][] = [
  ['a JPEG', bytes('\xff\xd8\xff\xe0'), 'jpeg', false],
  ['a PNG', png('IHDR', 'IDAT', 'acTL'), 'png', false],
  ['an animated PNG', png('IHDR', 'acTL', 'IDAT'), 'png', true],
  ['a GIF', bytes('GIF89a'), 'gif', true],
  ['a simple WebP', webp('VP8 ', 0x02), 'webp', false],
  ['an extended WebP', webp('VP8X', 0x10), 'webp', false],
  ['an animated WebP', webp('VP8X', 0x12), 'webp', true],
  ['an AVIF', box('avif', 'mif1', 'miaf'), 'avif', false],
  ['an AVIF under a neutral brand', box('mif1', 'heic', 'avif'), 'avif', false],
  ['an AVIF sequence', box('avis', 'msf1'), 'avif', true],
  ['a HEIC', box('heic', 'mif1'), 'heic', false],
  ['a film', box('isom', 'mp42'), 'other', false],
  ['an SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg">'), 'svg', false],
  ['an SVG after a prologue', bytes('<?xml version="1.0"?>\n<!-- made -->\n<svg width="1">'), 'svg', false],
  ['an SVG with a prefix', bytes('<?xml?><s:svg xmlns:s="http://www.w3.org/2000/svg">'), 'svg', false],
  ['a text', bytes('This is a text that pretends.'), 'other', false],
  ['a PDF', bytes('%PDF-1.7'), 'other', false],
  ['nothing', bytes(''), 'other', false],
]

describe('a file is known by its content:', () => {
  for (const [what, head, format, isAnimated] of heads) {
    test(what, () => assert.deepEqual(readKind(head), { format, isAnimated }))
  }
})

describe('judging', () => {
  const reason = (head: Uint8Array, size: number) => judge(readKind(head), size, 1000)?.reason

  test('takes only what the server takes', () => {
    for (const [what, head, format] of heads) {
      const expected = what === 'nothing' ? 'format' : isPicture(readKind(head).format) ? undefined : format
      assert.equal(reason(head, 1000), expected === 'other' ? 'format' : expected, what)
    }
  })

  test('names what is empty, and what is too large only when the format is right', () => {
    const [jpeg, svg] = [bytes('\xff\xd8\xff'), bytes('<svg>')]
    assert.equal(reason(bytes(''), 0), 'empty')
    assert.deepEqual(judge(readKind(jpeg), 1001, 1000), { reason: 'large', bytes: 1001, maxBytes: 1000 })
    assert.equal(reason(svg, 1001), 'svg')
  })
})
