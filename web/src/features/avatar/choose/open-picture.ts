/** A file that somebody has chosen → a picture that can be cropped and sent, or the reason why not. Browsers only. */
import type { Size } from '../crop/crop.ts'
import { drawStill, loadImage } from '../crop/draw.ts'
import { HEAD_BYTES, readKind } from './picture-format.ts'
import { plainPicture } from './plain-picture.ts'
import { judge, RefusedPicture } from './refusal.ts'

/** Its width and height are those of the upright picture, whatever is drawn. */
export type Picture = Size & {
  /** What is sent. */
  file: File
  /** What is drawn. It has to be let go: `closePicture`. */
  url: string
  isAnimated: boolean
}

/** What a phone can move about on its screen without running out of memory; larger pictures are drawn smaller. */
const MOST_DRAWN_PIXELS = 16_000_000

/** @throws RefusedPicture */
export async function openPicture(chosen: File, maxBytes: number): Promise<Picture> {
  const kind = readKind(await bytesOf(chosen.slice(0, HEAD_BYTES)))
  const refusal = judge(kind, chosen.size, maxBytes)
  if (refusal) throw new RefusedPicture(refusal)
  // A copy in memory: a file of a cloud or of a clipboard may be gone when it is to be sent, minutes later.
  const bytes = await bytesOf(chosen)
  const file = new File([plainPicture(bytes, kind.format)], chosen.name, { type: `image/${kind.format}` })
  try {
    return await decode(file, kind.isAnimated)
  } catch (cause) {
    throw new RefusedPicture({ reason: 'damaged' }, cause)
  }
}

export function closePicture({ url }: Picture): void {
  URL.revokeObjectURL(url)
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer())
  } catch (cause) {
    // A folder was dropped, the file was deleted, or nobody may read it.
    throw new RefusedPicture({ reason: 'unreadable' }, cause)
  }
}

async function decode(file: File, isAnimated: boolean): Promise<Picture> {
  const url = URL.createObjectURL(file)
  try {
    const { naturalWidth: width, naturalHeight: height } = await loadImage(url)
    const scale = Math.min(1, Math.sqrt(MOST_DRAWN_PIXELS / (width * height)))
    if (isAnimated || scale < 1) {
      const still = await drawStill(file, { width: width * scale, height: height * scale })
      URL.revokeObjectURL(url)
      return { file, url: URL.createObjectURL(still), width, height, isAnimated }
    }
    // An <img> also shows the upper half of a picture that ends early, which the server will not take.
    const bitmap = await createImageBitmap(file, { resizeWidth: 16, resizeHeight: 16 })
    bitmap.close()
    return { file, url, width, height, isAnimated }
  } catch (error) {
    URL.revokeObjectURL(url)
    throw error
  }
}
