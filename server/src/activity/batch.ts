import { Type, type TSchema } from 'typebox'
import { type FieldError } from '../errors.ts'
import type { Validate, Validator } from '../http/validation.ts'
import { nullable } from '../http/schemas.ts'
import type { Actions } from './actions.ts'
import { redact } from './redact.ts'

/** An entry that a service sent, with the catalogue's defaults filled in and secrets taken out. */
export type BatchEntry = {
  id: string
  user_id: number | null
  action: string
  entity_type: string
  entity_id: string | null
  metadata: unknown
}

/** A batch as sent. There are entries where there are no faults. */
type ReadBatch = {
  entries: BatchEntry[]
  errors: FieldError[]
  /** The user that each entry names, as far as it names one, by the entry's place. */
  userIds: Map<number, number>
}

export type BatchReader = (body: unknown) => ReadBatch

const MAX_ENTRIES = 1000
/** PostgreSQL and we read nested values by recursion. No honest entry comes near. */
const MAX_DEPTH = 32
const MAX_ERRORS = 1000
const MAX_KEY_CHARACTERS = 100

/** The schema of what services send, for the actions of this installation. */
export function createBatchSchema(actions: Actions) {
  const entry = Type.Object(
    {
      id: Type.String({
        format: 'uuid',
        // The format would let "urn:uuid:…" pass.
        pattern: '^[0-9A-Fa-f-]*$',
        description: "The sender's own: an entry that is sent again adds nothing.",
      }),
      user_id: nullable(
        Type.Integer({
          minimum: 1,
          maximum: Number.MAX_SAFE_INTEGER,
          description: 'Null for an event of the system.',
        }),
      ),
      action: Type.Enum([...actions.keys()]),
      entity_type: Type.Optional(
        Type.String({ format: 'line', maxLength: 100, description: 'Default: what the catalogue says.' }),
      ),
      entity_id: Type.Optional(
        Type.Unsafe<string | number>({
          type: ['string', 'integer'],
          format: 'line',
          maxLength: 64,
          minimum: Number.MIN_SAFE_INTEGER,
          maximum: Number.MAX_SAFE_INTEGER,
          description: "Kept as text. Default: the user's id.",
        }),
      ),
      metadata: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description: `What the action's metadata must be (see \`ActivityEntry\`); at most ${MAX_DEPTH} levels deep.`,
        }),
      ),
    },
    { $id: 'ActivityBatchEntry', additionalProperties: false },
  )
  return { entry, batch: Type.Array(entry, { minItems: 1, maxItems: MAX_ENTRIES }) }
}

type Sent = {
  id: string
  user_id: number | null
  action: string
  entity_type?: string
  entity_id?: string | number
  metadata?: Record<string, unknown>
}

/** Reads batches, and finds all that is wrong with one, other than users that do not exist. */
export function createBatchReader(validator: Validator, actions: Actions, schema: TSchema): BatchReader {
  const validate = validator.body(schema)
  const metadataChecks = new Map<string, Validate>(
    [...actions.values()].map(({ code, metadata }) => [code, validator.body(metadata)]),
  )

  return (body) => {
    const errors = validate(body)
    const read: ReadBatch = { entries: [], errors, userIds: new Map() }
    if (!Array.isArray(body) || body.length > MAX_ENTRIES) return read
    for (const [index, entry] of (body as unknown[]).entries()) {
      if (typeof entry !== 'object' || entry === null) continue
      const { action, user_id: userId, metadata = {} } = entry as Partial<Sent>
      if (typeof userId === 'number' && Number.isSafeInteger(userId) && userId > 0)
        read.userIds.set(index, userId)
      if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) continue
      const path = `[${index}].metadata`
      const unfit = [...unstorable(metadata, path, 1)]
      errors.push(...unfit)
      // What is nested too deep is not looked into any further.
      if (unfit.length === 0)
        errors.push(...within(path, metadataChecks.get(String(action))?.(metadata) ?? []))
    }
    errors.splice(MAX_ERRORS)
    if (errors.length === 0) read.entries = (body as Sent[]).map((entry) => complete(entry, actions))
    return read
  }
}

function complete(
  { id, user_id, action, entity_type, entity_id, metadata }: Sent,
  actions: Actions,
): BatchEntry {
  return {
    id,
    user_id,
    action,
    entity_type: entity_type ?? actions.get(action)?.entityType ?? '',
    entity_id: String(entity_id ?? user_id ?? '') || null,
    metadata: redact(metadata ?? {}),
  }
}

/** The parts of a value that PostgreSQL's jsonb refuses or would change: by path, each once. */
function* unstorable(value: unknown, field: string, depth: number): Generator<FieldError> {
  if (typeof value === 'string') {
    if (!isStorable(value)) yield { field, code: 'invalid_format' }
  } else if (typeof value === 'number') {
    // 1e999 is valid JSON, and infinity here.
    if (!Number.isFinite(value)) yield { field, code: 'out_of_range' }
  } else if (typeof value === 'object' && value !== null) {
    if (depth > MAX_DEPTH) {
      yield { field, code: 'invalid_format' }
      return
    }
    for (const [key, member] of Object.entries(value)) {
      const path = Array.isArray(value) ? `${field}[${key}]` : `${field}.${key.slice(0, MAX_KEY_CHARACTERS)}`
      if (isStorable(key)) yield* unstorable(member, path, depth + 1)
      else yield { field: path, code: 'invalid_format' }
    }
  }
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function within(path: string, errors: FieldError[]): FieldError[] {
  return errors.map((error) => {
    const separator = error.field === '' || error.field.startsWith('[') ? '' : '.'
    return { ...error, field: `${path}${separator}${error.field}` }
  })
}
