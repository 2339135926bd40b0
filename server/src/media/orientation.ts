import { ImageError, type Crop } from './image-error.ts'

/**
 * EXIF orientations. To get the upright picture: flip (top to bottom), flop (left to right), then turn clockwise.
 * To get from upright to stored coordinates: mirror x, mirror y, then swap them.
 */
export type Turn = {
  flip: boolean
  flop: boolean
  degrees: number
  mirrorX: boolean
  mirrorY: boolean
  swap: boolean
}

export const upright: Turn = {
  flip: false,
  flop: false,
  degrees: 0,
  mirrorX: false,
  mirrorY: false,
  swap: false,
}

export const turns: Record<number, Turn> = {
  2: { ...upright, flop: true, mirrorX: true },
  3: { ...upright, degrees: 180, mirrorX: true, mirrorY: true },
  4: { ...upright, flip: true, mirrorY: true },
  5: { ...upright, flop: true, degrees: 270, swap: true },
  6: { ...upright, degrees: 90, mirrorX: true, swap: true },
  7: { ...upright, flop: true, degrees: 90, mirrorX: true, mirrorY: true, swap: true },
  8: { ...upright, degrees: 270, mirrorY: true, swap: true },
}

/** Checks the crop, which is in the upright picture, and finds it in the stored one. */
export function storedCrop(stored: { width: number; height: number; turn: Turn }, crop?: Crop): Crop {
  const { turn } = stored
  const width = turn.swap ? stored.height : stored.width
  const height = turn.swap ? stored.width : stored.height
  const { x, y, size } = crop ?? centredSquare(width, height)
  const inside = x >= 0 && y >= 0 && size >= 1 && x + size <= width && y + size <= height
  if (!inside || ![x, y, size].every(Number.isSafeInteger)) {
    throw new ImageError('crop_invalid', { width, height })
  }
  const mirroredX = turn.mirrorX ? width - x - size : x
  const mirroredY = turn.mirrorY ? height - y - size : y
  return turn.swap ? { x: mirroredY, y: mirroredX, size } : { x: mirroredX, y: mirroredY, size }
}

function centredSquare(width: number, height: number): Crop {
  const size = Math.min(width, height)
  return { x: Math.floor((width - size) / 2), y: Math.floor((height - size) / 2), size }
}
