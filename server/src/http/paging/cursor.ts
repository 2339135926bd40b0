import { parseInstant, type Instant } from './instant.ts'

/** A place in the order of the log: that of the entry with this timestamp and id. */
export type Position = { timestamp: Instant; id: string }

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/

/** A position as an opaque text that needs no encoding in an address. */
export function encodeCursor({ timestamp, id }: Position): string {
  return Buffer.from(`${timestamp} ${id}`).toString('base64url')
}

/** The position of a cursor that `encodeCursor` made; undefined for any other text. */
export function decodeCursor(cursor: string): Position | undefined {
  const [timestamp = '', id = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ')
  if (parseInstant(timestamp) !== timestamp || !UUID.test(id)) return undefined
  const position = { timestamp, id }
  // Buffer skips what is not base64.
  return encodeCursor(position) === cursor ? position : undefined
}
