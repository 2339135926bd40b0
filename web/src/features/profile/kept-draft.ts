/** A draft as the tab keeps it (session/kept-drafts.ts): what was typed, and the version that it is based on. Pure. */
import type { Versioned } from '@upm/client'
import { baseType, type FieldSchema } from '../../fields/field-schema.ts'
import { rebase, storedAt, type Draft, type Sections } from './draft.ts'

type KeptDraft = {
  version: number
  /** The path, what was stored there in that version, and what was typed. */
  edits: [path: string, before: unknown, mine: unknown][]
}

export function keptDraft({ version, data }: Versioned<Sections>, changes: Draft): KeptDraft {
  return { version, edits: [...changes].map(([path, mine]) => [path, storedAt(data, path), mine]) }
}

/**
 * Where the form goes on from what was kept: the newest document, or the older one that the draft is based on as long as
 * both have changed the same field, so that saving asks which of the two stays. Undefined where nothing is left of it:
 * it is no draft, its fields are gone or hold something else now, or everything of it has been saved.
 */
export function restored<T extends Sections>(
  kept: unknown,
  latest: Versioned<T>,
  fields: ReadonlyMap<string, FieldSchema>,
): { base: Versioned<T>; draft: Draft } | undefined {
  if (!isKeptDraft(kept)) return undefined
  const edits = kept.edits.filter(([path, , mine]) => {
    const schema = fields.get(path)
    return schema !== undefined && fits(mine, schema)
  })
  const draft = new Map(edits.map(([path, , mine]) => [path, mine]))
  const before = edits.reduce((document, [path, was]) => withStored(document, path, was), latest.data)
  const merged = rebase(before, latest.data, draft)
  if (merged.draft.size === 0) return undefined
  if (merged.conflicts.length === 0) return { base: latest, draft: merged.draft }
  const { version } = kept
  return { base: { version, etag: `"${version}"`, data: before }, draft }
}

function withStored<T extends Sections>(document: T, path: string, value: unknown): T {
  const [section = '', field = ''] = path.split('.')
  return { ...document, [section]: { ...(document[section] as object | null), [field]: value } }
}

function isKeptDraft(kept: unknown): kept is KeptDraft {
  if (typeof kept !== 'object' || kept === null) return false
  const { version, edits } = kept as Partial<KeptDraft>
  return (
    Number.isSafeInteger(version) &&
    Array.isArray(edits) &&
    edits.every((edit: unknown) => Array.isArray(edit) && edit.length === 3 && typeof edit[0] === 'string')
  )
}

/** Whether an input of the field can show the value. Numbers are texts until they are ones. */
function fits(value: unknown, schema: FieldSchema): boolean {
  if (value === null) return true
  switch (baseType(schema)) {
    case 'array':
      return (
        Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number')
      )
    case 'object':
      return (
        typeof value === 'object' &&
        Object.entries(value).every(([name, member]) => fits(member, schema.properties?.[name] ?? {}))
      )
    case 'boolean':
      return typeof value === 'boolean'
    default:
      return typeof value === 'string' || typeof value === 'number'
  }
}
