/**
 * Passwords as the database keeps them: scrypt at the cost that OWASP asks for today (Password Storage Cheat Sheet:
 * N = 2^15, r = 8, p = 3). Of its equal choices it is the one that needs 32 MiB for a password, and not 128.
 */
import { problems, Problem } from '../errors.ts'
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import { readForeign, type Foreign } from './foreign-passwords.ts'

const COST = { N: 2 ** 15, r: 8, p: 3 }
let cost: Cost = COST
/** More memory than this is given to no hash, whatever it says of itself. */
const MAX_MEMORY = 64 * 2 ** 20
/** What the library's own hashes, `salt:key` in hexadecimal, were made with: a third of it. */
const FORMER_COST = { N: 2 ** 14, r: 16, p: 1 }
const FORMER_KEY_BYTES = 64
const SALT_BYTES = 16
const KEY_BYTES = 32

/** Hashing has two threads of a process, so that the other two go on with files and names; 64 MiB in all. */
const SLOTS = 2
/** Whoever comes after so many waits longer than anybody does. */
const MAX_WAITING = 100

type Cost = { N: number; r: number; p: number }

/** For tests of what is around a password: hundreds of sign-ins with a cheap hash take seconds. Undefined: today's cost. */
export function setCost(other: Cost = COST): void {
  cost = other
}

const derive = promisify<string, Buffer | string, number, ScryptOptions, Buffer>(scrypt)
const slots = pLimit(SLOTS)

export type Verdict = {
  isRight: boolean
  /** The hash of the same password at today's cost, where it was right and its hash is an older one. */
  renewed?: string
}

/** @throws Problem `unavailable` when too many wait already. */
export function hashPassword(password: string): Promise<string> {
  return inSlot(async () => {
    const salt = randomBytes(SALT_BYTES)
    const key = await keyOf(password, salt, KEY_BYTES, cost)
    return `$scrypt$${costText(cost)}$${unpadded(salt)}$${unpadded(key)}`
  })
}

/** Takes as long for an older hash as for one of today, be it right or wrong. */
export async function verifyPassword(hash: string, password: string): Promise<Verdict> {
  const foreign = readForeign(hash)
  if (foreign) return verifyForeign(foreign, password)
  const [, scheme, said = '', salt = '', key = ''] = hash.split('$')
  if (scheme === 'scrypt') {
    const made = readCost(said)
    if (!made) return { isRight: false }
    const isRight = await inSlot(async () =>
      isSame(await keyOf(password, Buffer.from(salt, 'base64'), KEY_BYTES, made), Buffer.from(key, 'base64')),
    )
    return said === costText(cost) ? { isRight } : renew(isRight, password)
  }
  const isRight = await inSlot(() => verifyFormer(hash, password))
  return isRight ? { isRight, renewed: await hashPassword(password) } : { isRight }
}

/**
 * The cost is that of the other system, so a refusal may take longer than others do; it takes no less. It is so until the
 * next sign-in of the account, and of an account without one nobody can tell it from the time.
 */
async function verifyForeign({ derive: keyFrom, key }: Foreign, password: string): Promise<Verdict> {
  return renew(await inSlot(async () => isSame(await keyFrom(password), key)), password)
}

/** Hashes anew also for a wrong password: the cost of the hash that is there may be less than today's. */
async function renew(isRight: boolean, password: string): Promise<Verdict> {
  const renewed = await hashPassword(password)
  return isRight ? { isRight, renewed } : { isRight }
}

async function verifyFormer(hash: string, password: string): Promise<boolean> {
  const [salt = '', key = ''] = hash.split(':')
  const isRight = isSame(await keyOf(password, salt, FORMER_KEY_BYTES, FORMER_COST), Buffer.from(key, 'hex'))
  // The other two thirds of today's cost: whose hash is an older one is not to be seen by the time of a refusal.
  if (!isRight) await keyOf(password, salt, KEY_BYTES, { ...cost, p: Math.max(1, cost.p - 1) })
  return isRight
}

function costText({ N, r, p }: Cost): string {
  return `ln=${Math.log2(N)},r=${r},p=${p}`
}

function readCost(text: string): Cost | undefined {
  const [, ln, r, p] = /^ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})$/.exec(text) ?? []
  const found = { N: 2 ** Number(ln), r: Number(r), p: Number(p) }
  // What scrypt needs is 128 bytes times N times r, and a little more.
  return 128 * found.N * found.r < MAX_MEMORY ? found : undefined
}

function inSlot<T>(work: () => Promise<T>): Promise<T> {
  if (slots.pendingCount >= MAX_WAITING) throw new Problem(problems.unavailable)
  return slots(work)
}

const keyOf = (password: string, salt: Buffer | string, bytes: number, at: Cost) =>
  derive(password.normalize('NFKC'), salt, bytes, { ...at, maxmem: MAX_MEMORY })

const isSame = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other)

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
