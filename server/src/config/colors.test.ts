import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrast, MIN_CONTRAST, readable, shadesOf, SURFACES } from './colors.ts'

const color = fc
  .integer({ min: 0, max: 0xff_ff_ff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`)

test('the contrast is that of WCAG 2.2', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(contrast('#123456', '#123456'), 1)
  // The greys that WebAIM names as the lightest that pass, and the next one.
  assert.ok(contrast('#767676', '#ffffff') >= 4.5)
  assert.ok(contrast('#777777', '#ffffff') < 4.5)
})

test('a colour that can be read stays as it is, and another becomes as dark as it must, in its hue', () => {
  for (const kept of ['#3f55dd', '#000000', '#b3261e']) assert.equal(readable(kept), kept)
  const yellow = readable('#ffd500')
  assert.ok(contrast(yellow, SURFACES.page) < MIN_CONTRAST + 0.2, 'no darker than it must be')
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(yellow.slice(at, at + 2), 16))
  assert.ok(red > blue + 60 && green > blue + 60, yellow)
})

test('of any colour the shades can be read where the page uses them', () => {
  fc.assert(
    fc.property(color, (brand) => {
      const shades = shadesOf(brand)
      assert.equal(shades.length, 10)
      const at = (index: number) => shades[index] ?? assert.fail()
      for (const shade of shades) assert.match(shade, /^#[\da-f]{6}$/)
      for (const dark of [6, 7, 8, 9]) {
        assert.ok(contrast(at(dark), SURFACES.page) >= MIN_CONTRAST, `${brand}: ${at(dark)} as a text`)
        assert.ok(contrast(at(dark), '#ffffff') >= MIN_CONTRAST, `${brand}: white on ${at(dark)}`)
      }
      for (const dark of [8, 9]) {
        for (const soft of [0, 1]) {
          assert.ok(contrast(at(dark), at(soft)) >= MIN_CONTRAST, `${brand}: ${at(dark)} on ${at(soft)}`)
        }
      }
      for (const light of [2, 3]) {
        assert.ok(
          contrast(at(light), SURFACES.darkCard) >= MIN_CONTRAST + 1,
          `${brand}: ${at(light)} in the dark`,
        )
      }
    }),
    { numRuns: 400 },
  )
})
