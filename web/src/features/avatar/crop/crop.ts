/** The square that is kept of a picture. Pure: what is seen, what is sent, and how the cropper is told to draw it. */

export type Size = { width: number; height: number }

/** A square in whole pixels of the upright picture, as the server takes it. */
export type Crop = { x: number; y: number; size: number }

/**
 * Which square is chosen, whatever the size of the screen.
 *
 * `x` and `y`: from the middle of the picture to the middle of the square, in sides of the square. `zoom`: 1 for the
 * largest square that the picture holds, 2 for one of half that side.
 */
export type View = { x: number; y: number; zoom: number }

/** The largest square, in the middle: what the server takes when nothing is chosen. */
export const WHOLE: View = { x: 0, y: 0, zoom: 1 }

/** A smaller square is not worth being called a picture of somebody. Pixels; pictures that are smaller stay whole. */
export const LEAST_SIDE = 64

/** Below this a picture looks soft at the sizes in which the platform shows it. Pixels. */
const SHARP_SIDE = 256

/** What a push of "+" or "−" is worth. */
const ZOOM_STEP = 1.25

/** Around the square, to show what is left out. CSS pixels. */
const MARGIN = 20

export function mostZoom(picture: Size): number {
  return Math.max(1, shortSide(picture) / LEAST_SIDE)
}

/** The view at another zoom; its middle stays where it is, as far as the picture reaches. */
export function zoomedTo(view: View, zoom: number, picture: Size): View {
  const allowed = clamp(zoom, 1, mostZoom(picture))
  const ratio = allowed / view.zoom
  return within({ x: view.x * ratio, y: view.y * ratio, zoom: allowed }, picture)
}

export function zoomedBy(view: View, steps: number, picture: Size): View {
  return zoomedTo(view, view.zoom * ZOOM_STEP ** steps, picture)
}

/** The view with its square inside of the picture. */
export function within(view: View, picture: Size): View {
  const zoom = clamp(view.zoom, 1, mostZoom(picture))
  const side = shortSide(picture) / zoom
  const reach = (length: number) => (length / side - 1) / 2
  const x = clamp(view.x, -reach(picture.width), reach(picture.width))
  const y = clamp(view.y, -reach(picture.height), reach(picture.height))
  return { x, y, zoom }
}

/** The square in whole pixels. Rounding never leads out of the picture, nor below the least side. */
export function cropOf(view: View, picture: Size): Crop {
  const { x, y, zoom } = within(view, picture)
  const side = shortSide(picture) / zoom
  const size = clamp(Math.round(side), 1, shortSide(picture))
  const start = (length: number, offset: number) =>
    clamp(Math.round(length / 2 + offset * side - size / 2), 0, length - size)
  return { x: start(picture.width, x), y: start(picture.height, y), size }
}

export function isSoft({ size }: Crop): boolean {
  return size < SHARP_SIDE
}

/** The zoom as a place on a slider, 0 to 100: equal ways are equal ratios. */
export function sliderOf(zoom: number, most: number): number {
  return most <= 1 ? 0 : (100 * Math.log(zoom)) / Math.log(most)
}

export function zoomAt(slider: number, most: number): number {
  return most ** (slider / 100)
}

/** What the cropper calls crop and zoom, for one size of its frame. */
export type Drawing = {
  /** The side of the square on the screen, in CSS pixels. */
  side: number
  /** Its zoom at which the largest square fills that side. */
  unit: number
}

/** For a frame that the picture covers at the cropper's zoom 1. */
export function drawnIn(frame: Size, picture: Size): Drawing {
  const side = Math.max(1, Math.min(frame.width, frame.height) - 2 * MARGIN)
  const cover = Math.max(frame.width / picture.width, frame.height / picture.height)
  return { side, unit: side / (shortSide(picture) * cover) }
}

/** The cropper moves the picture, and the square stays: hence the minus. In CSS pixels. */
export function offsetOf({ x, y }: View, { side }: Drawing): { x: number; y: number } {
  return { x: -x * side, y: -y * side }
}

/** The view after the cropper has moved the picture. */
export function movedTo(view: View, offset: { x: number; y: number }, { side }: Drawing): View {
  return { ...view, x: -offset.x / side, y: -offset.y / side }
}

/** Where a picture lies behind a window of this side which shows the crop. CSS pixels. */
export function behindWindow(crop: Crop, picture: Size, side: number) {
  const scale = side / crop.size
  return {
    width: picture.width * scale,
    height: picture.height * scale,
    left: -crop.x * scale,
    top: -crop.y * scale,
  }
}

function shortSide({ width, height }: Size): number {
  return Math.min(width, height)
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
