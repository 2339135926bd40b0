/** What somebody is changing in a document, before it is saved. Pure. */
import type { ProfilePatch, AnySections } from '@upm/client'
import { isSameValue } from '../../fields/text.ts'

/** The parts of the profile document that the form edits: sections of fields; null for a type that is not held. */
export type Sections = Readonly<Record<string, unknown>>

/** The edited values by path, as they were typed: `tutor_profile.headline`. */
export type Draft = ReadonlyMap<string, unknown>

/** A field that was changed both here and elsewhere, to different values. */
export type Conflict = { path: string; before: unknown; mine: unknown; theirs: unknown }

export const emptyDraft: Draft = new Map()

export function fieldPath(section: string, field: string): string {
  return `${section}.${field}`
}

/** What is stored under a path. */
export function storedAt(document: Sections, path: string): unknown {
  const [section = '', field = ''] = path.split('.')
  const fields = document[section]
  return typeof fields === 'object' && fields !== null ? Reflect.get(fields, field) : undefined
}

/** What the form shows under a path. */
export function valueAt(document: Sections, draft: Draft, path: string): unknown {
  return draft.has(path) ? draft.get(path) : storedAt(document, path)
}

export function withValue(draft: Draft, path: string, value: unknown): Draft {
  return new Map(draft).set(path, value)
}

/** What is left of a draft when some of it has been saved: what was typed since. */
export function without(draft: Draft, saved: Draft): Draft {
  return new Map(
    [...draft].filter(([path, value]) => !saved.has(path) || !isSameValue(value, saved.get(path))),
  )
}

/** The edited values that the server would see as a change: typing something and taking it back is none. */
export function changesOf(document: Sections, draft: Draft): Draft {
  return new Map([...draft].filter(([path, value]) => !isSameValue(value, storedAt(document, path))))
}

/** The changes as a merge patch of the document. */
export function patchOf(changes: Draft): ProfilePatch<AnySections> {
  const patch: Record<string, Record<string, unknown>> = {}
  for (const [path, value] of changes) {
    const [section = '', field = ''] = path.split('.')
    patch[section] = { ...patch[section], [field]: value }
  }
  return patch
}

/**
 * What a draft made on `before` means for the document that others have made of it meanwhile. A field that they did not
 * touch stays as it is here, one that both set to the same value is no change any more; what is left is a choice.
 */
export function rebase(
  before: Sections,
  theirs: Sections,
  draft: Draft,
): { draft: Draft; conflicts: Conflict[] } {
  const changes = changesOf(theirs, changesOf(before, draft))
  const conflicts = [...changes].flatMap(([path, mine]) => {
    const [was, is] = [storedAt(before, path), storedAt(theirs, path)]
    return isSameValue(was, is) ? [] : [{ path, before: was, mine, theirs: is }]
  })
  return { draft: changes, conflicts }
}

export type Choice = 'mine' | 'theirs'

/** The draft after somebody has chosen, field by field. */
export function resolve(draft: Draft, choices: ReadonlyMap<string, Choice>): Draft {
  return new Map([...draft].filter(([path]) => choices.get(path) !== 'theirs'))
}

/** The document as it would be with the draft. */
export function withDraft<T extends Sections>(document: T, draft: Draft): T {
  const changed: Record<string, unknown> = { ...document }
  for (const [path, value] of draft) {
    const [section = '', field = ''] = path.split('.')
    changed[section] = { ...(changed[section] as object | null), [field]: value }
  }
  return changed as T
}
