/** The colour of the band above somebody's picture. Pure. */
import { thumbHashToAverageRGBA } from 'thumbhash'

type Covered = { id: number; avatar: { placeholder: string } | null }

/**
 * The average colour of the picture, out of its placeholder; without a picture, one that belongs to the account. A CSS
 * colour. The server computes the same for its HTML (server/src/page/person/cover.ts).
 */
export function coverColor({ id, avatar }: Covered): string {
  return (avatar && averageColor(avatar.placeholder)) ?? `hsl(${(id * 137) % 360} 55% 55%)`
}

/** Its header, which has the average colour. */
const MIN_HASH_BYTES = 5

/** Undefined for a placeholder that cannot be read. */
function averageColor(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    if (bytes.length < MIN_HASH_BYTES) return undefined
    const { r, g, b } = thumbHashToAverageRGBA(bytes)
    const channels = [r, g, b].map((share) => Math.round(share * 255))
    return channels.every(Number.isFinite) ? `rgb(${channels.join(' ')})` : undefined
  } catch {
    return undefined
  }
}
