/**
 * The colours that a stream of AV1 states in its sequence header (AV1 bitstream specification, sections 5.5 and 6.4.2).
 * A picture whose file does not state them is shown by these.
 */
export function readSequenceHeader(data: Buffer): { primaries: number; transfer: number } | undefined {
  const payload = findSequenceHeader(data)
  if (!payload) return undefined
  try {
    return readColours(createBitReader(payload))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The first units of a stream are a delimiter and this. */
function findSequenceHeader(data: Buffer): Buffer | undefined {
  let at = 0
  for (let unit = 0; unit < 4 && at < data.length; unit++) {
    const head = data[at] ?? 0
    at += head & 4 ? 2 : 1
    let size = data.length - at
    if (head & 2) {
      size = 0
      for (let index = 0, more = true; more && index < 8; index++) {
        const byte = data[at++] ?? 0
        size += (byte & 0x7f) * 2 ** (7 * index)
        more = byte >= 0x80
      }
    }
    if (((head >> 3) & 15) === 1) return data.subarray(at, at + size)
    at += size
  }
  return undefined
}

type Read = (bits: number) => number

function createBitReader(bytes: Buffer): Read {
  let bit = 0
  return (bits) => {
    let value = 0
    for (let left = bits; left > 0; left--) {
      value = value * 2 + ((bytes.readUInt8(bit >> 3) >> (7 - (bit & 7))) & 1)
      bit += 1
    }
    return value
  }
}

function readColours(read: Read): { primaries: number; transfer: number } | undefined {
  const profile = read(3)
  read(1)
  const reduced = read(1) === 1
  if (reduced) read(5)
  // A film with a clock is not read further.
  else if (read(1) === 1) return undefined
  else skipOperatingPoints(read)
  const [widthBits, heightBits] = [read(4) + 1, read(4) + 1]
  read(widthBits)
  read(heightBits)
  if (!reduced && read(1) === 1) read(7)
  read(3)
  if (!reduced) skipTools(read)
  read(3)
  if (read(1) === 1 && profile === 2) read(1)
  if (profile !== 1) read(1)
  return read(1) === 1 ? { primaries: read(8), transfer: read(8) } : undefined
}

function skipOperatingPoints(read: Read): void {
  const delays = read(1) === 1
  for (let left = read(5) + 1; left > 0; left--) {
    read(12)
    if (read(5) > 7) read(1)
    if (delays && read(1) === 1) read(4)
  }
}

function skipTools(read: Read): void {
  read(4)
  const ordered = read(1) === 1
  if (ordered) read(2)
  const screenContent = read(1) === 1 ? 2 : read(1)
  if (screenContent > 0 && read(1) === 0) read(1)
  if (ordered) read(3)
}
