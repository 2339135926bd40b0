/** Pictures out of pictures. Browsers only; all of them apply the EXIF orientation to what they load and draw. */
import type { Crop, Size } from './crop.ts'

/** A preview stands in for an avatar until that has come. Pixels. */
const PREVIEW_SIDE = 256

/** Not `image.decode()`, which Chromium refuses now and then for pictures of 50 megapixels that it can show. */
export function loadImage(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.addEventListener('load', () => resolve(image))
    image.addEventListener('error', () => reject(new Error('the browser cannot show this picture')))
    image.src = url
  })
}

/** The picture in a size for the screen; of an animation the first frame, which is the one that the server takes. */
export async function drawStill(file: File, { width, height }: Size): Promise<Blob> {
  const size = { resizeWidth: Math.ceil(width), resizeHeight: Math.ceil(height) }
  const bitmap = await createImageBitmap(file, { ...size, resizeQuality: 'medium' })
  const { canvas, context } = createCanvas(bitmap)
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return toBlob(canvas, file.type)
}

/**
 * The crop as a small picture.
 *
 * @param size what the crop is in; what is drawn may be smaller than that
 * @returns undefined where this browser cannot draw it
 */
export async function drawPreview(url: string, size: Size, crop: Crop): Promise<Blob | undefined> {
  try {
    const image = await loadImage(url)
    const scale = image.naturalWidth / size.width
    const [x, y, side] = [crop.x * scale, crop.y * scale, crop.size * scale]
    const { canvas, context } = createCanvas({ width: PREVIEW_SIDE, height: PREVIEW_SIDE })
    context.drawImage(image, x, y, side, side, 0, 0, PREVIEW_SIDE, PREVIEW_SIDE)
    return await toBlob(canvas, 'image/png')
  } catch {
    return undefined
  }
}

function createCanvas({ width, height }: Size) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser has no canvas')
  context.imageSmoothingQuality = 'high'
  return { canvas, context }
}

/** As JPEG what came as JPEG, which is many times as fast for large pictures; the others may be transparent. */
function toBlob(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  const chosen = type === 'image/jpeg' ? type : 'image/png'
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the canvas is too large'))),
      chosen,
      0.9,
    )
  })
}
