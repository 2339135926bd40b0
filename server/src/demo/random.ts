/** Chance without surprise: the same seeds give the same numbers on any machine. Nothing secret may come from here. */
import { v7 as uuidv7 } from 'uuid'

/** A number in [0, 1), another one each time. */
export type Random = () => number

/** What numbers are drawn for is the first seed, so that a new purpose never shifts the numbers of the others. */
export const PURPOSE = { person: 1, texts: 2, portrait: 3, story: 4, visit: 5, entryId: 6 } as const

/** Mulberry32, begun where the seeds lead. */
export function createRandom(...seeds: number[]): Random {
  let state = 0x9e3779b9
  for (const seed of seeds) state = scramble(state ^ scramble(seed + 0x6d2b79f5))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** The last step of MurmurHash3. */
function scramble(seed: number): number {
  let mixed = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return nth(list, Math.floor(random() * list.length))
}

/** The element at an index, and from the start again where the list ends. */
export function nth<T>(list: readonly T[], index: number): T {
  const at = index % list.length
  if (!(at in list)) throw new RangeError('the list is empty')
  // oxlint-disable-next-line typescript/consistent-type-assertions -- `undefined` only where the list itself holds it
  return list[at] as T
}

/** A whole number from `min` to `max`, both included. */
export function whole(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1))
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability
}

/**
 * The point of [0, 1) that comes `index`-th in the van der Corput sequence: 0, ½, ¼, ¾, ⅛… Any first part of it is
 * spread evenly, so that what is put on these points stays where it is when more of it comes.
 */
export function evenlySpread(index: number): number {
  let point = 0
  for (let rest = index, weight = 0.5; rest > 0; rest = Math.floor(rest / 2), weight /= 2) {
    if (rest % 2 === 1) point += weight
  }
  return point
}

const bytes = new Uint8Array(16)
const words = new DataView(bytes.buffer)

/** The UUID v7 of one of a user's entries: of its time and of numbers that depend on the user and the entry alone. */
export function entryId(micros: number, userId: number, entry: number): string {
  const random = createRandom(PURPOSE.entryId, userId, entry)
  for (let at = 0; at < bytes.length; at += 4) words.setUint32(at, random() * 0x1_0000_0000)
  return uuidv7({ msecs: Math.floor(micros / 1000), random: bytes })
}
