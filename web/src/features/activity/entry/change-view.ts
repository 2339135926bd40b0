/** How the old and the new value of a field are shown. Pure. */
import { changesOf, type Change } from './changes.ts'
import type { Names } from './names.ts'
import { diffWords, keptShare, type Piece } from './word-diff.ts'

export type Item = { text: string; change: 'kept' | 'added' | 'removed' }

export type ChangeView =
  /** The one beside the other; '' where there was none. */
  | { kind: 'values'; before: string; after: string }
  /** Two long texts, the one under the other. */
  | { kind: 'texts'; before: string; after: string }
  /** One text, in which the words that changed are marked. */
  | { kind: 'words'; pieces: Piece[] }
  /** The items of both lists. */
  | { kind: 'items'; items: Item[]; isReordered: boolean }

/** A text of more characters, or of several lines, is long. */
const LONG_TEXT = 60

/** When less than this of a text has stayed, the old one and the new one are easier to read one after the other. */
const LEAST_KEPT = 0.3

/** What an entry changed, in the order of a form. */
export function orderedChanges(entry: Parameters<typeof changesOf>[0], { place }: Names): Change[] {
  return changesOf(entry).sort(
    (one, other) => place(one.section, one.field) - place(other.section, other.field),
  )
}

export function viewChange({ section, field, before, after }: Change, names: Names): ChangeView {
  if (Array.isArray(before) || Array.isArray(after)) {
    const items = (value: unknown) => names.items(section, field, Array.isArray(value) ? value : []) ?? []
    return viewItems(items(before), items(after))
  }
  if (typeof before === 'string' && typeof after === 'string' && (isLong(before) || isLong(after))) {
    const pieces = diffWords(before, after, names.language)
    if (pieces && keptShare(pieces) >= LEAST_KEPT) return { kind: 'words', pieces }
    return { kind: 'texts', before, after }
  }
  const value = (one: unknown) => names.value(section, field, one)
  return { kind: 'values', before: value(before), after: value(after) }
}

/** What is there now, in its order, and then what has gone. */
function viewItems(before: readonly string[], after: readonly string[]): ChangeView {
  const items: Item[] = [
    ...after.map((text): Item => ({ text, change: before.includes(text) ? 'kept' : 'added' })),
    ...before.filter((text) => !after.includes(text)).map((text): Item => ({ text, change: 'removed' })),
  ]
  return { kind: 'items', items, isReordered: items.every(({ change }) => change === 'kept') }
}

function isLong(text: string): boolean {
  return text.length > LONG_TEXT || text.includes('\n')
}
