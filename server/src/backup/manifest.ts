import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { memberOf } from '../values.ts'

/** The name of the last entry of a backup. */
export const MANIFEST = 'manifest.json'

/** The layout of a backup. A release that cannot read a layout refuses it. */
export const FORMAT = 1

const count = Type.Integer({ minimum: 0 })
const text = Type.String({ maxLength: 200 })
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const time = Type.String({ maxLength: 40, pattern: '^\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z$' })

const contents = Type.Object({ entries: count, sha256: hash })

/** What a backup says of itself. */
const manifest = Type.Object({
  format: Type.Literal(FORMAT),
  /** The release that wrote it, and when. */
  upm: text,
  made_at: time,
  database: Type.Object({
    /** The numbers of the newest migrations; `sign_in` is null where the bundled sign-in has no tables. */
    version: Type.Integer({ minimum: 1 }),
    sign_in_version: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    /** Rows and columns by table. */
    tables: Type.Record(text, Type.Object({ columns: Type.Array(text), rows: count })),
    /** `upm.users.id` → the next number. */
    sequences: Type.Record(text, Type.Integer({ minimum: 1 })),
    /** The months that the log has partitions for. */
    log: Type.Union([Type.Object({ from: time, to: time }), Type.Null()]),
  }),
  media: Type.Object({
    pictures: count,
    files: count,
    bytes: count,
    /** Pictures whose files the storage had lost before. */
    lost: count,
  }),
  secrets: Type.Object({
    /** The names of the generated secrets that are inside. */
    files: Type.Array(text),
    /** Proof of the secret that encrypts the keys of the sign-in; null where there are no keys. */
    sign_in: Type.Union([hash, Type.Null()]),
  }),
  contents,
})

/** How many entries there are besides the manifest, and the SHA-256 over theirs. */
export type Contents = Static<typeof contents>
export type Manifest = Static<typeof manifest>

/** @returns the fault in words where it is no manifest, and the format of one that only a later release can read. */
export function parseManifest(bytes: Buffer): Manifest | { fault: string } | { newer: number } {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch {
    return { fault: `${MANIFEST} is no JSON` }
  }
  const format = memberOf(value, 'format')
  if (typeof format === 'number' && format > FORMAT) return { newer: format }
  if (Value.Check(manifest, value)) return value
  const [error] = Value.Errors(manifest, value)
  return { fault: `${MANIFEST} is not valid (${error?.instancePath || '/'}: ${error?.message ?? 'unknown'})` }
}
