/** What the sign-in keeps about strangers is kept as hashes that tell nothing without AUTH_SECRET. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export type Marks = ReturnType<typeof createMarks>

export function createMarks(secret: string) {
  const signed = (id: string) => `${id}.${mark('device name', id).toString('base64url')}`

  /** The same text has the same mark, for this purpose and with this secret. 32 bytes. */
  function mark(purpose: string, ...texts: readonly string[]): Buffer {
    return createHmac('sha256', secret)
      .update(JSON.stringify(['upm', purpose, ...texts]))
      .digest()
  }

  /** A name for a browser that nobody can make up: with a signature. */
  function newDevice(): string {
    return signed(randomBytes(24).toString('base64url'))
  }

  /** Whether we have given this name to a browser. */
  function isDevice(name: string): boolean {
    const [given, expected] = [Buffer.from(name), Buffer.from(signed(name.split('.')[0] ?? ''))]
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  return { mark, newDevice, isDevice }
}
