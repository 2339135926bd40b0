/** The colour of the band above somebody's picture. Pure. */
import { thumbHashToAverageRGBA } from 'thumbhash'

type Covered = { id: number; avatar: { placeholder: string } | null }

/**
 * The hue of the picture's average colour, out of its placeholder; without a picture, or with a grey one, a hue that belongs to the
 * account. A CSS colour. The server computes the same for its HTML (server/src/public-page/cover.ts).
 */
export function coverColor({ id, avatar }: Covered): string {
  return `hsl(${(avatar && averageHue(avatar.placeholder)) ?? (id * 137) % 360} 55% 55%)`
}

/** Its header, which has the average colour. */
const MIN_HASH_BYTES = 5
/** Of channels from 0 to 1: what differs by less is grey. */
const MIN_CHROMA = 0.015

/** In degrees. Undefined for a placeholder that is grey or cannot be read. */
function averageHue(base64: string): number | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    if (bytes.length < MIN_HASH_BYTES) return undefined
    const { r, g, b } = thumbHashToAverageRGBA(bytes)
    const max = Math.max(r, g, b)
    const chroma = max - Math.min(r, g, b)
    if (!(chroma >= MIN_CHROMA)) return undefined
    const sextant = max === r ? (g - b) / chroma : max === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma
    return Math.round(sextant * 60 + 360) % 360
  } catch {
    return undefined
  }
}
