/**
 * The orientation that a block of EXIF states: of all that EXIF holds, the only thing that a picture is shown by.
 *
 * It is read as browsers read it (tag 0x0112 of the first directory, one SHORT; TIFF 6.0, section 2), so that a picture
 * is turned here exactly when the person who chose it has seen it turned.
 *
 * @param tiff from the byte order mark on
 * @returns 1 to 8; undefined where it states none
 */
export function readOrientation(tiff: Buffer): number | undefined {
  if (tiff.length < 8) return undefined
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return undefined
  const u16 = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  if (u16(2) !== 42 || directory + 2 > tiff.length) return undefined
  let found: number | undefined
  const entries = u16(directory)
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12
    if (at + 12 > tiff.length) break
    const isCount1 = u16(at + 4) + u16(at + 6) === 1
    if (u16(at) !== 0x0112 || u16(at + 2) !== 3 || !isCount1) continue
    const value = u16(at + 8)
    if (value >= 1 && value <= 8) found = value
  }
  return found
}
