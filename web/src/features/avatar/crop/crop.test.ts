import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  behindWindow,
  cropOf,
  drawnIn,
  isSoft,
  LEAST_SIDE,
  mostZoom,
  movedTo,
  offsetOf,
  sliderOf,
  WHOLE,
  within,
  zoomAt,
  zoomedBy,
  zoomedTo,
} from './crop.ts'

const landscape = { width: 2400, height: 1600 }
const portrait = { width: 1201, height: 2001 }

describe('the crop', () => {
  test('is at first the largest square, in the middle', () => {
    assert.deepEqual(cropOf(WHOLE, landscape), { x: 400, y: 0, size: 1600 })
    assert.deepEqual(cropOf(WHOLE, portrait), { x: 0, y: 400, size: 1201 })
    assert.deepEqual(cropOf(WHOLE, { width: 20, height: 20 }), { x: 0, y: 0, size: 20 })
    assert.deepEqual(cropOf(WHOLE, { width: 1, height: 1 }), { x: 0, y: 0, size: 1 })
  })

  test('goes to the very edges and not beyond', () => {
    assert.deepEqual(cropOf({ x: 99, y: 99, zoom: 1 }, landscape), { x: 800, y: 0, size: 1600 })
    assert.deepEqual(cropOf({ x: -99, y: -99, zoom: 4 }, landscape), { x: 0, y: 0, size: 400 })
    assert.deepEqual(cropOf({ x: 99, y: 99, zoom: 4 }, landscape), { x: 2000, y: 1200, size: 400 })
  })

  test('of any view of any picture lies within it, in whole pixels, at least 64 where it has so many', () => {
    const length = fc.integer({ min: 1, max: 20_000 })
    const offset = fc.double({ min: -1e4, max: 1e4, noNaN: true })
    const zoom = fc.double({ min: 0, max: 1e4, noNaN: true })
    fc.assert(
      fc.property(length, length, offset, offset, zoom, (width, height, x, y, wanted) => {
        const crop = cropOf({ x, y, zoom: wanted }, { width, height })
        const numbers = [crop.x, crop.y, crop.size]
        assert.ok(
          numbers.every((number) => Number.isInteger(number) && number >= 0),
          JSON.stringify(crop),
        )
        assert.ok(crop.x + crop.size <= width && crop.y + crop.size <= height, JSON.stringify(crop))
        assert.ok(crop.size >= Math.min(LEAST_SIDE, width, height), JSON.stringify(crop))
      }),
    )
  })

  test('is soft where a large avatar would have to be enlarged', () => {
    assert.equal(isSoft({ x: 0, y: 0, size: 255 }), true)
    assert.equal(isSoft({ x: 0, y: 0, size: 256 }), false)
  })
})

describe('zooming', () => {
  test('keeps the middle of the square', () => {
    const view = within({ x: 0.4, y: -0.2, zoom: 3 }, landscape)
    const middle = ({ x, y, size }: { x: number; y: number; size: number }) => [x + size / 2, y + size / 2]
    const [before, after] = [view, zoomedTo(view, 6, landscape)].map((each) =>
      middle(cropOf(each, landscape)),
    )
    assert.ok(before?.every((value, axis) => Math.abs(value - (after?.[axis] ?? 0)) <= 1))
  })

  test('ends at the largest square and at the least side', () => {
    assert.equal(mostZoom(landscape), 25)
    assert.equal(zoomedTo(WHOLE, 1000, landscape).zoom, 25)
    assert.equal(cropOf(zoomedTo(WHOLE, 1000, landscape), landscape).size, 64)
    assert.equal(zoomedBy(WHOLE, -1, landscape).zoom, 1)
    assert.equal(mostZoom({ width: 20, height: 40 }), 1)
  })

  test('out draws the square back into the picture', () => {
    const corner = within({ x: 99, y: 99, zoom: 4 }, landscape)
    assert.deepEqual(cropOf(zoomedTo(corner, 1, landscape), landscape), { x: 800, y: 0, size: 1600 })
  })

  test('by the slider goes there and back', () => {
    assert.equal(sliderOf(1, 25), 0)
    assert.equal(sliderOf(25, 25), 100)
    assert.ok(Math.abs(sliderOf(zoomAt(30, 25), 25) - 30) < 1e-9)
    assert.equal(sliderOf(1, 1), 0)
    assert.equal(zoomAt(100, 1), 1)
  })
})

describe('drawing', () => {
  test('gives the square all of the frame but a margin, and the zoom at which the short side fills it', () => {
    // The picture covers 400 × 300 as 450 × 300; 260 of 300 are the square's.
    assert.deepEqual(drawnIn({ width: 400, height: 300 }, landscape), { side: 260, unit: 260 / 300 })
    // 1201 × 2001 covers it as 400 wide: all of the width is to fit into 260.
    const { unit } = drawnIn({ width: 400, height: 300 }, portrait)
    assert.ok(Math.abs(unit - 260 / 400) < 1e-12)
  })

  test('of a view on another screen is the same crop', () => {
    const view = within({ x: 0.3, y: -0.7, zoom: 5 }, landscape)
    for (const frame of [
      { width: 360, height: 500 },
      { width: 600, height: 340 },
    ]) {
      const drawing = drawnIn(frame, landscape)
      const again = movedTo(view, offsetOf(view, drawing), drawing)
      assert.deepEqual(cropOf(again, landscape), cropOf(view, landscape))
    }
  })

  test('in a small window shows just the crop', () => {
    assert.deepEqual(behindWindow({ x: 400, y: 0, size: 1600 }, landscape, 80), {
      width: 120,
      height: 80,
      left: -20,
      top: -0,
    })
  })
})
