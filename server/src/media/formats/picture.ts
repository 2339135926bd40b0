/** What the readers of this folder make of an upload. */

type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif'

/** Where the decoded frame lies on a canvas that it does not cover; what is around it is transparent. */
export type Placement = { left: number; top: number; width: number; height: number }

/**
 * Colours that the decoder does not know of: code points of ITU-T H.273, or the curve and the primaries of a PNG.
 * `camera`: whether curves of cameras are those of a screen or sRGB's, which browsers see differently by format.
 * The chromaticities are x and y of white, red, green and blue (CIE 1931).
 */
export type Colour =
  | { kind: 'cicp'; primaries: number; transfer: number; camera: 'screen' | 'srgb' }
  | { kind: 'gamma'; exponent: number; chromaticities: readonly number[] | undefined }

export type SourcePicture = {
  format: ImageFormat
  /** The file again, of what decoding needs: no text, no comment, no thumbnail, no frame but the first one. */
  bytes: Buffer
  /** Pixels as the header states them, before orientation. 0 where the file is cut before it says so. */
  width: number
  height: number
  /** As many as a decoder can be given: what a pixel costs depends on how it is stored. */
  maxPixels: number
  /** False when the end is missing: a decoder stops at the last row it needs and would not notice. */
  complete: boolean
  /** EXIF 2.32, tag 0x0112. */
  orientation: number
  /** The end mark was put there by us: only decoding every row tells whether the data are whole. */
  endIsImplied?: true
  colour?: Colour
  placement?: Placement
}

/** No picture may have more, however cheap its pixels are. */
export const MAX_PIXELS = 50_000_000

/** No colour profile is larger; those of presses have two or three megabytes. */
export const MAX_PROFILE_BYTES = 4 * 1024 * 1024

/** Adjoining parts of a file become one, so that a file of a million chunks is not a million buffers. */
export class Parts {
  readonly #source: Buffer
  readonly #parts: Buffer[] = []
  #from = 0
  #to = 0

  constructor(source: Buffer) {
    this.#source = source
  }

  keep(from: number, to: number): void {
    if (from !== this.#to) {
      this.#flush()
      this.#from = from
    }
    this.#to = to
  }

  add(bytes: Buffer): void {
    this.#flush()
    this.#parts.push(bytes)
  }

  bytes(): Buffer {
    this.#flush()
    return Buffer.concat(this.#parts)
  }

  #flush(): void {
    if (this.#to > this.#from) this.#parts.push(this.#source.subarray(this.#from, this.#to))
    this.#from = this.#to = -1
  }
}
