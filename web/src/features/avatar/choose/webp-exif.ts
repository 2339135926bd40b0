/**
 * A WebP without its EXIF. Browsers do not turn a WebP as its EXIF says (Chromium 147 does that for JPEG, PNG and AVIF),
 * the server does: the square would then be cut out of a picture that was never shown. Without the chunk both see the
 * same picture. Pure.
 *
 * The chunk gets a name that means nothing, which readers skip (RFC 9649, section 2.7.1.6): nothing has to move.
 */
export function withoutExif(webp: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  let plain = webp
  for (let at = 12; at + 8 <= webp.length;) {
    if (view.getUint32(at) === EXIF) plain = withName(plain, at)
    const length = view.getUint32(at + 4, true)
    at += 8 + length + (length % 2)
  }
  return plain
}

const EXIF = 0x45_58_49_46

function withName(webp: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  const copy = webp.slice()
  copy.set(new TextEncoder().encode('none'), at)
  // The flags of the file (VP8X) no longer announce it.
  if (String.fromCharCode(...copy.subarray(12, 16)) === 'VP8X') copy[20] = (copy[20] ?? 0) & ~0x08
  return copy
}
