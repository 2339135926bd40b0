/** What schemas of several features are made of. */
import { Type, type Static, type TSchema } from 'typebox'

/** A text in each language that messages are written in. */
export type Labels = { uk: string; en: string }

/**
 * The same schema, null allowed. Said as a list of types and not as a union of two schemas, so that a faulty value
 * gets the one message that fits it.
 */
export function nullable<Schema extends TSchema>(schema: Schema) {
  const { type } = schema as unknown as { type: string }
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [type, 'null'] })
}
