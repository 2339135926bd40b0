/**
 * A gray JPEG with restart marks (ITU-T T.81), which no encoder at hand writes: dark on the left, bright on the right,
 * each block of one shade.
 *
 * @param interval blocks between two marks
 */
export function restartJpeg(width: number, height: number, interval: number): Buffer {
  const segment = (marker: number, ...bytes: number[]) =>
    Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255, ...bytes])
  const blocks = (width / 8) * (height / 8)
  const parts = [
    Buffer.from([0xff, 0xd8]),
    // All steps are 1; a shade is the first coefficient, eight times itself.
    segment(0xdb, 0, ...Array.from({ length: 64 }, () => 8)),
    segment(0xc0, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0),
    // 16 categories of differences, each of 5 bits; of the other coefficients only "no more", a single bit.
    segment(
      0xc4,
      0x00,
      0,
      0,
      0,
      0,
      12,
      ...Array.from({ length: 11 }, () => 0),
      ...Array.from({ length: 12 }, (_, i) => i),
    ),
    segment(0xc4, 0x10, 1, ...Array.from({ length: 15 }, () => 0), 0),
    segment(0xdd, interval >> 8, interval & 255),
    segment(0xda, 1, 1, 0x00, 0, 63, 0),
  ]
  let bits = ''
  let last = 0
  const flush = () => {
    const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
    for (let at = 0; at < padded.length; at += 8) {
      const byte = Number.parseInt(padded.slice(at, at + 8), 2)
      parts.push(Buffer.from(byte === 0xff ? [0xff, 0] : [byte]))
    }
    bits = ''
    last = 0
  }
  for (let block = 0; block < blocks; block++) {
    if (block > 0 && block % interval === 0) {
      flush()
      parts.push(Buffer.from([0xff, 0xd0 + ((block / interval - 1) % 8)]))
    }
    const shade = block % (width / 8) < width / 16 ? 32 : 223
    const difference = shade - 128 - last
    last = shade - 128
    const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference))
    bits += size.toString(2).padStart(5, '0')
    if (size > 0) {
      const value = difference > 0 ? difference : difference + 2 ** size - 1
      bits += value.toString(2).padStart(size, '0')
    }
    bits += '0'
  }
  flush()
  parts.push(Buffer.from([0xff, 0xd9]))
  return Buffer.concat(parts)
}
