import { Type, type Static, type TSchema } from 'typebox'
import { type FieldError } from '../errors.ts'
import type { Validate, Validator } from '../http/validation.ts'
import { choice, nullable } from '../http/schemas.ts'
import { isReserved, type Actions } from '../log/actions.ts'
import { MAX_METADATA_BYTES, MAX_METADATA_DEPTH, metadataFaults } from '../log/metadata.ts'
import { redact } from '../log/redact.ts'
import type { MayLog } from '../log/service-actions.ts'
import { isRecord } from '../values.ts'

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

export type BatchReader = ReturnType<typeof createBatchReader>

const MAX_ENTRIES = 1000
const MAX_ERRORS = 1000
/** Values in the metadata of a whole batch: each is looked at several times. */
const MAX_VALUES = 40_000

/** The schema of what services send, for the actions of this installation. */
export function createBatchSchema(actions: Actions) {
  const entry = Type.Object(
    {
      id: Type.String({
        format: 'uuid',
        // The format would let "urn:uuid:…" pass.
        pattern: '^[0-9A-Fa-f-]*$',
        description: 'The id that the sender gives the entry. An id that is already in the log adds nothing.',
      }),
      user_id: nullable(
        Type.Integer({
          format: 'int64',
          minimum: 1,
          maximum: Number.MAX_SAFE_INTEGER,
          description: 'The user in whose log the entry appears. Null for an event that belongs to no user.',
        }),
      ),
      action: choice(
        [...actions.values()].filter(({ external }) => external).map(({ code }) => code),
        { description: 'An action that services may log. All other actions are refused as `reserved`.' },
      ),
      entity_type: Type.Optional(
        Type.String({
          format: 'line',
          maxLength: 100,
          description: 'The kind of entity. Default: the one that the action declares.',
        }),
      ),
      entity_id: Type.Optional(
        Type.Unsafe<string | number>({
          type: ['string', 'integer'],
          format: 'line',
          maxLength: 64,
          minimum: Number.MIN_SAFE_INTEGER,
          maximum: Number.MAX_SAFE_INTEGER,
          description: "The id of the entity. It is stored as text. Default: the user's id.",
        }),
      ),
      metadata: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description:
            `Facts about the event, in the form that the action declares (see \`ActivityEntry\`). At most ` +
            `${MAX_METADATA_BYTES} bytes as compact JSON in UTF-8, at most ${MAX_METADATA_DEPTH} levels deep, and whole ` +
            `numbers within ±(2^53 − 1).`,
        }),
      ),
    },
    { $id: 'ActivityBatchEntry', additionalProperties: false },
  )
  return { entry, batch: Type.Array(entry, { minItems: 1, maxItems: MAX_ENTRIES }) }
}

type Sent = Static<ReturnType<typeof createBatchSchema>['entry']>

/** Reads batches, and finds all that is wrong with one, other than users that do not exist. */
export function createBatchReader(validator: Validator, actions: Actions, schema: TSchema, mayLog: MayLog) {
  const validate = validator.body(schema)
  const metadataChecks = new Map<string, Validate>(
    [...actions.values()]
      .filter(({ external }) => external)
      .map(({ code, metadata }) => [code, validator.body(metadata)]),
  )

  /** Reads what a service, named by its token's subject, has sent. */
  function read(body: unknown, service: string): ReadBatch {
    const errors = validate(body)
    const batch: ReadBatch = { entries: [], errors, userIds: new Map() }
    if (!Array.isArray(body) || body.length > MAX_ENTRIES) return batch
    const budget = { values: MAX_VALUES }
    const reserved = new Set<string>()
    for (const [index, entry] of body.entries()) {
      if (!isRecord(entry)) continue
      const { action, user_id: userId, metadata = {} } = entry
      if (typeof userId === 'number' && Number.isSafeInteger(userId) && userId > 0)
        batch.userIds.set(index, userId)
      if (typeof action === 'string' && isKeptFrom(service, action)) reserved.add(`[${index}].action`)
      if (!isRecord(metadata)) continue
      const path = `[${index}].metadata`
      const unfit = metadataFaults(metadata, path, budget)
      if (errors.length < MAX_ERRORS) errors.push(...unfit)
      // What is too large or nested too deep is not looked into any further.
      if (unfit.length === 0)
        errors.push(...within(path, metadataChecks.get(String(action))?.(metadata) ?? []))
    }
    batch.errors = [
      ...[...reserved].map((field) => ({ field, code: 'reserved' as const })),
      ...errors.filter(({ field }) => !reserved.has(field)),
    ].slice(0, MAX_ERRORS)
    // oxlint-disable-next-line typescript/consistent-type-assertions -- without a fault it is what the schema says
    if (batch.errors.length === 0) batch.entries = (body as Sent[]).map((entry) => complete(entry, actions))
    return batch
  }

  /** Whether the action is one of UPM, of the host, or of other services; and not just one that nobody knows. */
  function isKeptFrom(service: string, action: string): boolean {
    return isReserved(action) || (actions.has(action) && !mayLog(service, action))
  }

  return { read }
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

function within(path: string, errors: FieldError[]): FieldError[] {
  return errors.map((error) => {
    const separator = error.field === '' || error.field.startsWith('[') ? '' : '.'
    return { ...error, field: `${path}${separator}${error.field}` }
  })
}
