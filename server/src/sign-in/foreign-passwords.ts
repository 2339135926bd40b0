/**
 * Hashes of passwords that another system has made: those of Django, as `upm import django` brings them. They are compared
 * as they are, once: whoever is right gets a hash of ours (passwords.ts).
 */
import * as crypto from 'node:crypto'
import { promisify } from 'node:util'

export type Foreign = {
  /** Of the password as it was typed: Django does not normalize it. */
  derive: (password: string) => Promise<Buffer>
  key: Buffer
}

/** Django 6 takes 1.2 million; a hash that claims more would be work without an end. */
const MAX_ITERATIONS = 5_000_000
const MAX_MEMORY_BYTES = 256 * 1024 * 1024
const MAX_SALT_CHARACTERS = 128
const MIN_KEY_BYTES = 16
const MAX_KEY_BYTES = 128

const pbkdf2 = promisify(crypto.pbkdf2)
const scrypt = promisify<string, Buffer | string, number, crypto.ScryptOptions, Buffer>(crypto.scrypt)

/** Node 24.7 and newer have it. */
type Argon2 = (
  algorithm: 'argon2d' | 'argon2i' | 'argon2id',
  parameters: Record<'parallelism' | 'tagLength' | 'memory' | 'passes', number> & {
    message: string
    nonce: Buffer
  },
  callback: (error: Error | null, key: Buffer) => void,
) => void
const argon2Of = (): Argon2 | undefined => {
  const own: unknown = Reflect.get(crypto, 'argon2')
  // oxlint-disable-next-line typescript/consistent-type-assertions -- what it is where it is there; the types of Node 20 do not know it
  return typeof own === 'function' ? (own as Argon2) : undefined
}

/** Undefined for what is no hash of Django's, for a password that cannot be used (`!…`), and for costs beyond all reason. */
export function readForeign(hash: string): Foreign | undefined {
  const [algorithm, ...parts] = hash.split('$')
  if (algorithm === 'pbkdf2_sha256') return readPbkdf2(parts, 'sha256')
  if (algorithm === 'pbkdf2_sha1') return readPbkdf2(parts, 'sha1')
  if (algorithm === 'scrypt') return readScrypt(parts)
  if (algorithm === 'argon2') return readArgon2(parts)
  return undefined
}

/** Whether whoever has the password can sign in with it here. */
export const isForeign = (hash: string): boolean => readForeign(hash) !== undefined

/** `pbkdf2_sha256$<iterations>$<salt>$<base64>` */
function readPbkdf2(
  [iterations = '', salt = '', encoded = '', ...rest]: string[],
  digest: string,
): Foreign | undefined {
  const count = numberIn(iterations, MAX_ITERATIONS)
  const key = keyOf(encoded)
  if (count === undefined || key === undefined || !isSalt(salt) || rest.length > 0) return undefined
  return { key, derive: (password) => pbkdf2(password, salt, count, key.length, digest) }
}

/** `scrypt$<N>$<salt>$<r>$<p>$<base64>` */
function readScrypt([cost = '', salt = '', r = '', p = '', encoded = '', ...rest]: string[]):
  | Foreign
  | undefined {
  const [N, blockSize, parallelization] = [numberIn(cost, 2 ** 20), numberIn(r, 64), numberIn(p, 16)]
  const key = keyOf(encoded)
  if (N === undefined || blockSize === undefined || parallelization === undefined) return undefined
  if (key === undefined || !isSalt(salt) || rest.length > 0) return undefined
  const isPowerOf2 = N > 1 && (N & (N - 1)) === 0
  if (!isPowerOf2 || 128 * N * blockSize > MAX_MEMORY_BYTES) return undefined
  const maxmem = 2 * MAX_MEMORY_BYTES
  return {
    key,
    derive: (password) => scrypt(password, salt, key.length, { N, r: blockSize, p: parallelization, maxmem }),
  }
}

/** `argon2$argon2id$v=19$m=102400,t=2,p=8$<base64 salt>$<base64>` */
function readArgon2([variety = '', version = '', cost = '', salt = '', encoded = '', ...rest]: string[]):
  | Foreign
  | undefined {
  const argon2 = argon2Of()
  const [, m = '', t = '', p = ''] = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(cost) ?? []
  const [memory, passes, parallelism] = [
    numberIn(m, MAX_MEMORY_BYTES / 1024),
    numberIn(t, 32),
    numberIn(p, 64),
  ]
  const [nonce, key] = [keyOf(salt, 8), keyOf(encoded)]
  if (!argon2 || version !== 'v=19' || rest.length > 0 || nonce === undefined || key === undefined)
    return undefined
  if (memory === undefined || passes === undefined || parallelism === undefined) return undefined
  if (variety !== 'argon2id' && variety !== 'argon2i' && variety !== 'argon2d') return undefined
  const parameters = { nonce, parallelism, tagLength: key.length, memory, passes }
  return {
    key,
    derive: (message) =>
      new Promise((resolve, reject) => {
        argon2(variety, { ...parameters, message }, (error, derived) =>
          error ? reject(error) : resolve(derived),
        )
      }),
  }
}

function numberIn(text: string, max: number): number | undefined {
  const value = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
  return value !== undefined && value <= max ? value : undefined
}

const isSalt = (salt: string) => salt.length > 0 && salt.length <= MAX_SALT_CHARACTERS

function keyOf(encoded: string, minBytes = MIN_KEY_BYTES): Buffer | undefined {
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(encoded)) return undefined
  const key = Buffer.from(encoded, 'base64')
  return key.length >= minBytes && key.length <= MAX_KEY_BYTES ? key : undefined
}
