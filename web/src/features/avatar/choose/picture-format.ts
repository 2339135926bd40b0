/** What a file is, by its first bytes. Its name and type are claims: a text may be called photo.jpg. Pure. */

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif'

export type FileKind = {
  format: PictureFormat | 'heic' | 'svg' | 'other'
  /** The browser would show it moving, and the server takes the first frame. */
  isAnimated: boolean
}

/** How much of a file is enough to know it. */
export const HEAD_BYTES = 4096

/** What the file picker offers, and what may be dropped. */
export const ACCEPTED_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']

export function readKind(head: Uint8Array): FileKind {
  const text = latin1(head)
  const still = (format: FileKind['format']): FileKind => ({ format, isAnimated: false })
  if (text.startsWith('\xff\xd8\xff')) return still('jpeg')
  // An animated PNG has its control chunk before the first pixels.
  if (text.startsWith('\x89PNG\r\n\x1a\n')) {
    return { format: 'png', isAnimated: text.slice(0, orEnd(text.indexOf('IDAT'))).includes('acTL') }
  }
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return { format: 'gif', isAnimated: true }
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) {
    return { format: 'webp', isAnimated: text.startsWith('VP8X', 12) && ((head[20] ?? 0) & 0x02) !== 0 }
  }
  if (text.startsWith('ftyp', 4)) return readBrands(text)
  return still(isSvg(head) ? 'svg' : 'other')
}

/** Whether the server takes it. */
export function isPicture(format: FileKind['format']): format is PictureFormat {
  return format !== 'heic' && format !== 'svg' && format !== 'other'
}

/** AVIF, HEIC and films are all ISO base media files: the brands of `ftyp` (ISO/IEC 14496-12) tell them apart. */
function readBrands(text: string): FileKind {
  const length = text.charCodeAt(2) * 256 + text.charCodeAt(3)
  const brands: string[] = text.slice(8, length).match(/.{4}/gs) ?? []
  const has = (...names: string[]) => names.some((name) => brands.includes(name))
  if (has('avif', 'avis')) return { format: 'avif', isAnimated: has('avis') }
  return { format: has('heic', 'heix', 'hevc', 'heim', 'heis', 'mif1') ? 'heic' : 'other', isAnimated: false }
}

function isSvg(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head)
  return /<svg[\s>]/i.test(text) || (/^\s*<\?xml/.test(text) && text.includes('http://www.w3.org/2000/svg'))
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

function orEnd(index: number): number | undefined {
  return index < 0 ? undefined : index
}
