/** What differs between two texts, word by word. Pure. */
import { diffArrays } from 'diff'

/** `at`: where it begins when all pieces are written one after the other. */
export type Piece = { at: number; text: string; change: 'kept' | 'removed' | 'added' }

/** A word or a mark, and the white space after it. */
type Word = { text: string; space: string }

/** Texts further apart than this are read one after the other, and comparing them would take long. */
const MOST_CHANGES = 2_000

/**
 * The pieces of both texts in order: those kept and removed are the old text, those kept and added the new one, to the
 * character. Undefined when the texts have too little in common. Words are those of Unicode (`Intl.Segmenter`): jsdiff's
 * own know only Latin letters, and what it makes of words with white space cannot show that only the latter has changed.
 */
export function diffWords(before: string, after: string, language: string): Piece[] | undefined {
  const [old, now] = [wordsOf(before, language), wordsOf(after, language)]
  const changes = diffArrays(old, now, {
    comparator: (one, other) => one.text === other.text,
    maxEditLength: MOST_CHANGES,
  })
  if (!changes) return undefined
  const pieces = collectPieces()
  let [atOld, atNow] = [0, 0]
  for (const { added, removed, count } of changes) {
    for (let index = 0; index < count; index++) {
      if (removed) pieces.remove(whole(old[atOld++]))
      else if (added) pieces.add(whole(now[atNow++]))
      else pieces.keep(old[atOld++], now[atNow++])
    }
  }
  return pieces.end()
}

/** How much of the longer text has stayed, 0 to 1, not counting white space. */
export function keptShare(pieces: readonly Piece[]): number {
  const length = { kept: 0, removed: 0, added: 0 }
  for (const { text, change } of pieces) length[change] += text.replaceAll(/\s/g, '').length
  const longest = length.kept + Math.max(length.removed, length.added)
  return longest === 0 ? 1 : length.kept / longest
}

function wordsOf(text: string, language: string): Word[] {
  const words: Word[] = []
  for (const { segment } of new Intl.Segmenter(language, { granularity: 'word' }).segment(text)) {
    const last = words.at(-1)
    if (segment.trim() !== '') words.push({ text: segment, space: '' })
    else if (last) last.space += segment
    else words.push({ text: '', space: segment })
  }
  return words
}

function whole(word: Word | undefined): string {
  return word ? word.text + word.space : ''
}

/** Between two pieces that are kept, what was removed is said first, and then what was added. */
function collectPieces() {
  const pieces: Piece[] = []
  let [kept, removed, added] = ['', '', '']
  let at = 0

  function push(change: Piece['change'], text: string): void {
    if (text === '') return
    pieces.push({ at, text, change })
    at += text.length
  }
  function endChange(): void {
    if (removed === '' && added === '') return
    push('kept', kept)
    push('removed', removed)
    push('added', added)
    kept = removed = added = ''
  }

  return {
    remove: (text: string) => void (removed += text),
    add: (text: string) => void (added += text),
    keep: (old: Word | undefined, now: Word | undefined) => {
      if (old?.text !== '') endChange()
      kept += old?.text ?? ''
      if (old?.space === now?.space) kept += old?.space ?? ''
      else {
        removed += old?.space ?? ''
        added += now?.space ?? ''
      }
    },
    end: () => {
      endChange()
      push('kept', kept)
      return pieces
    },
  }
}
