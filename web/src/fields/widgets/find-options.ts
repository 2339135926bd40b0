import type { ComboboxItem } from '@mantine/core'

/** An option with the other names that it is found by: in another language, or an abbreviation. */
export type NamedOption = ComboboxItem & { otherNames?: readonly string[] }

/** How well a text fits a name; less is better. */
const RANK = { exact: 0, prefix: 1, words: 2, part: 3 } as const

/**
 * The options in which a text is found, in the order in which they are meant: its own name or value, names that begin with it,
 * names with words that begin with its words, then the rest. `en-GB` finds British English, and so does "brit"; "укр мова" finds
 * "Українська мова". Of two that fit equally well, the one with the text in its label comes first. Pure.
 */
export function findOptions<Option extends NamedOption>(
  options: readonly Option[],
  search: string,
): Option[] {
  const wanted = fold(search)
  return options
    .map((option) => ({ option, rank: rankOf(option, wanted) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((one, other) => Number(one.rank) - Number(other.rank))
    .map(({ option }) => option)
}

/** The option that a text stands for when nobody has pointed at one: its own name or value, else the only one with it. */
export function meantOption<Option extends NamedOption>(
  options: readonly Option[],
  search: string,
): Option | undefined {
  const wanted = fold(search)
  if (wanted === '') return undefined
  const [first, second] = findOptions(options, search)
  if (!first || !second) return first
  // Two that are called so are not meant by it, unless one of them is so by its label.
  const [rank, next] = [rankOf(first, wanted) ?? Infinity, rankOf(second, wanted) ?? Infinity]
  return Math.floor(rank) === RANK.exact && rank < next ? first : undefined
}

/** The other name that an option is found by, where its label does not have the text; undefined otherwise. */
export function nameFoundBy({ label, otherNames = [] }: NamedOption, search: string): string | undefined {
  const wanted = fold(search)
  if (wanted === '' || rankOfName(fold(label), wanted) !== undefined) return undefined
  let best: { name: string; rank: number } | undefined
  for (const name of otherNames) {
    const rank = rankOfName(fold(name), wanted)
    if (rank !== undefined && rank < (best?.rank ?? Infinity)) best = { name, rank }
  }
  return best?.name
}

/** Other names rank half a step behind the label. */
function rankOf({ value, label, otherNames = [] }: NamedOption, wanted: string): number | undefined {
  const ranks = [label, value].map((name) => rankOfName(fold(name), wanted))
  const others = otherNames.map((name) => {
    const rank = rankOfName(fold(name), wanted)
    return rank === undefined ? undefined : rank + 0.5
  })
  const found = [...ranks, ...others].filter((rank) => rank !== undefined)
  return found.length === 0 ? undefined : Math.min(...found)
}

function rankOfName(name: string, wanted: string): number | undefined {
  if (name === wanted) return RANK.exact
  if (name.startsWith(wanted)) return RANK.prefix
  if (hasWords(wordsOf(name), wordsOf(wanted))) return RANK.words
  return name.includes(wanted) ? RANK.part : undefined
}

/** Whether each of the wanted words begins a word of the name, in the same order. */
function hasWords(words: readonly string[], wanted: readonly string[]): boolean {
  let from = 0
  for (const beginning of wanted) {
    const at = words.findIndex((word, index) => index >= from && word.startsWith(beginning))
    if (at === -1) return false
    from = at + 1
  }
  return wanted.length > 0
}

const wordsOf = (text: string) => text.split(/[^\p{L}\p{N}+#]+/u).filter((word) => word !== '')

/** Case, spaces at the ends, accents and the kinds of apostrophe make no difference; й and ї are letters of their own. */
function fold(text: string): string {
  return text
    .trim()
    .toLocaleLowerCase()
    .replaceAll(/['’ʼ`]/g, '’')
    .normalize('NFD')
    .replaceAll(/(?<=[a-z])\p{M}+/gu, '')
    .normalize('NFC')
}
