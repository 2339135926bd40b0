/** Boxes of ISO base media files (ISO/IEC 14496-12, section 4.2): a length, a type, and what is in it. */

export type Box = { type: string; start: number; from: number; to: number }

/** No picture has as many; what comes behind them is not looked at. */
const MAX_BOXES = 4096

/** The boxes between two places. A box that claims more than there is ends where its parent does. */
export function readBoxes(bytes: Buffer, from: number, to: number): Box[] {
  const boxes: Box[] = []
  for (let start = from; start + 8 <= to && boxes.length < MAX_BOXES;) {
    let length = bytes.readUInt32BE(start)
    let head = 8
    if (length === 1 && start + 16 <= to) {
      length = Number(bytes.readBigUInt64BE(start + 8))
      head = 16
    }
    if (length === 0) length = to - start
    if (length < head) break
    const end = Math.min(start + length, to)
    boxes.push({ type: bytes.toString('latin1', start + 4, start + 8), start, from: start + head, to: end })
    start = end
  }
  return boxes
}

/** Follows a path of types, each time to the first box of its type. `skip`: how many bytes precede its boxes. */
export function findBox(
  bytes: Buffer,
  within: Box | undefined,
  ...path: (string | [string, skip: number])[]
) {
  let found = within
  let skip = 0
  for (const step of path) {
    if (!found) return undefined
    const [type, next] = typeof step === 'string' ? [step, 0] : step
    found = readBoxes(bytes, found.from + skip, found.to).find((candidate) => candidate.type === type)
    skip = next
  }
  return found
}

/** Makes a box. */
export function box(type: string, ...content: (Buffer | readonly number[])[]): Buffer {
  const parts = content.map((part) => Buffer.from(part))
  const head = Buffer.from(`\0\0\0\0${type}`, 'latin1')
  const whole = Buffer.concat([head, ...parts])
  whole.writeUInt32BE(whole.length, 0)
  return whole
}

/** Big-endian numbers of 4 and 2 bytes. */
export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4)
  return bytes
}

export function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2)
  return bytes
}
