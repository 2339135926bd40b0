/**
 * The catalogue of actions. Each action declares when it is logged and which metadata it has. The OpenAPI description, the
 * validation of entries from services, and the TypeScript types of `activity.log()` follow from it.
 */
import type { Labels } from '../http/schemas.ts'
import type { Static, TSchema } from 'typebox'

export type Action = {
  /** `family.event`, at most 100 characters. */
  code: string
  /** When it is logged, as a sentence for the documentation. */
  description: string
  entityType: string
  /**
   * What the account page calls the event, in each language: `Lesson booked: {subject}`. `{subject}` stands for that member of the
   * metadata, if it is a text or a number. Default: the words of the code.
   */
  labels?: Labels
  /** The schema of the metadata, an object. */
  metadata: TSchema
  /** An example of the metadata, for the documentation. */
  example: Record<string, unknown>
  /**
   * The members of the metadata that name another person, such as the id or the address of who was invited. In the archive of the
   * user's data, their value is `other` (docs/exports.md).
   */
  people?: readonly string[]
  /** Whether other services can also log the action (`POST /api/activity/`). Default: only this server can. */
  external?: boolean
  /**
   * Whether the metadata have the whole profile document, which may be as large as its fields allow. A replay can start
   * from such an entry. Only actions of UPM may set this.
   */
  holdsDocument?: boolean
  /** Whether the metadata have all fields of a profile, which may be as large as its type allows. Only for actions of UPM. */
  holdsFields?: boolean
}

type Declaration<Code extends string, Metadata extends TSchema> = Action & {
  code: Code
  metadata: Metadata
  example: Static<Metadata> & Record<string, unknown>
}
type Declared<Code extends string, Metadata extends TSchema> = Action & { code: Code; metadata: Metadata }

/** The families of actions that only UPM itself logs. They are the history of a user's changes. */
const RESERVED_FAMILIES = ['profile', 'settings', 'avatar', 'system'] as const

/** Whether an action belongs to a family of UPM. The action need not be declared. */
export function isReserved(code: string): boolean {
  return RESERVED_FAMILIES.some((family) => code === family || code.startsWith(`${family}.`))
}

/**
 * Declares an action of a host. Pass it as `actions` when you register UPM.
 *
 * @throws TypeError if the code is malformed or belongs to a family of UPM.
 */
export function defineAction<const Code extends string, Metadata extends TSchema>(
  action: Declaration<Code, Metadata>,
): Declared<Code, Metadata> {
  checkOwn(action)
  return action
}

function checkOwn({ code, holdsDocument, holdsFields }: Action): void {
  if (!/^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/.test(code) || code.length > 100) {
    throw new TypeError(`action "${code}": a code is two or more lower-case words with dots between`)
  }
  if (holdsDocument || holdsFields)
    throw new TypeError(`action "${code}": only UPM's own entries hold a document`)
  if (isReserved(code)) {
    throw new TypeError(
      `action "${code}": the families ${RESERVED_FAMILIES.join(', ')} are UPM's own; choose another first word`,
    )
  }
}

/** Declares an action of UPM. */
export function ownAction<const Code extends string, Metadata extends TSchema>(
  action: Declaration<Code, Metadata>,
): Declared<Code, Metadata> {
  return action
}

/**
 * The metadata of each action, by its code. Whoever declares actions adds theirs, so that a wrong code, or metadata that
 * do not fit, are errors of types:
 *
 *     declare module '@upm/server' {
 *       interface ActionMetadata { 'lesson.booked': Static<typeof lessonBooked.metadata> }
 *     }
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by those who declare actions
export interface ActionMetadata {}

export type Actions = ReadonlyMap<string, Action>

/**
 * The catalogue: UPM's actions and a host's own.
 *
 * @throws TypeError for an action that is declared twice, or that no host may declare.
 */
export function createActions(builtIn: readonly Action[], own: readonly Action[] = []): Actions {
  for (const action of own) checkOwn(action)
  const actions = new Map<string, Action>()
  for (const action of [...builtIn, ...own]) {
    if (actions.has(action.code)) throw new TypeError(`action "${action.code}" is declared twice`)
    actions.set(action.code, action)
  }
  return actions
}

/** The codes that `profile.updated,avatar.*` stands for, each once; undefined when a part of it stands for none. */
export function selectActions(codes: readonly string[], text: string): string[] | undefined {
  const selected = new Set<string>()
  for (const part of text.split(',')) {
    const matching = part.endsWith('.*')
      ? codes.filter((code) => code.startsWith(part.slice(0, -1)))
      : codes.filter((code) => code === part)
    if (matching.length === 0) return undefined
    for (const code of matching) selected.add(code)
  }
  return [...selected]
}
