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
/** What the library's own hashes, `salt:key` in hexadecimal, were made with: a third of it. */
const FORMER_COST = { N: 2 ** 14, r: 16, p: 1 }
const FORMER_KEY_BYTES = 64
const SALT_BYTES = 16
const KEY_BYTES = 32

/** Hashing has two threads of a process, so that the other two go on with files and names; 64 MiB in all. */
const SLOTS = 2
/** Whoever comes after so many waits longer than anybody does. */
const MAX_WAITING = 100

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
    const key = await keyOf(password, salt, KEY_BYTES, COST)
    return `$scrypt$ln=${Math.log2(COST.N)},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(key)}`
  })
}

/** Takes as long for an older hash as for one of today, be it right or wrong. */
export async function verifyPassword(hash: string, password: string): Promise<Verdict> {
  const foreign = readForeign(hash)
  if (foreign) return verifyForeign(foreign, password)
  const [, scheme, , salt = '', key = ''] = hash.split('$')
  if (scheme === 'scrypt') {
    return inSlot(async () => ({
      isRight: isSame(
        await keyOf(password, Buffer.from(salt, 'base64'), KEY_BYTES, COST),
        Buffer.from(key, 'base64'),
      ),
    }))
  }
  const isRight = await inSlot(() => verifyFormer(hash, password))
  return isRight ? { isRight, renewed: await hashPassword(password) } : { isRight }
}

/**
 * The cost is that of the other system, so a refusal may take longer than others do; it takes no less. It is so until the
 * next sign-in of the account, and of an account without one nobody can tell it from the time.
 */
async function verifyForeign({ derive: keyFrom, key }: Foreign, password: string): Promise<Verdict> {
  const isRight = await inSlot(async () => isSame(await keyFrom(password), key))
  // Also for a wrong one: its cost may be less than ours.
  const renewed = await hashPassword(password)
  return isRight ? { isRight, renewed } : { isRight }
}

async function verifyFormer(hash: string, password: string): Promise<boolean> {
  const [salt = '', key = ''] = hash.split(':')
  const isRight = isSame(await keyOf(password, salt, FORMER_KEY_BYTES, FORMER_COST), Buffer.from(key, 'hex'))
  // The other two thirds of today's cost: whose hash is an older one is not to be seen by the time of a refusal.
  if (!isRight) await keyOf(password, salt, KEY_BYTES, { ...COST, p: COST.p - 1 })
  return isRight
}

function inSlot<T>(work: () => Promise<T>): Promise<T> {
  if (slots.pendingCount >= MAX_WAITING) throw new Problem(problems.unavailable)
  return slots(work)
}

const keyOf = (password: string, salt: Buffer | string, bytes: number, cost: typeof COST) =>
  derive(password.normalize('NFKC'), salt, bytes, { ...cost, maxmem: 64 * 1024 * 1024 })

const isSame = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other)

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
