import type { ComboboxItem } from '@mantine/core'

/**
 * The options in which a text is found, in the order in which they are meant: its own name or value, names that begin with it,
 * names with a word that begins with it, then the rest. `en-GB` finds British English, and so does "brit". Pure.
 */
export function findOptions<Option extends ComboboxItem>(
  options: readonly Option[],
  search: string,
): Option[] {
  const wanted = fold(search.trim())
  return options
    .map((option) => ({ option, rank: rankOf(option, wanted) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((one, other) => Number(one.rank) - Number(other.rank))
    .map(({ option }) => option)
}

/** The option that a text stands for when nobody has pointed at one: its own name or value, else the only one with it. */
export function meantOption<Option extends ComboboxItem>(
  options: readonly Option[],
  search: string,
): Option | undefined {
  const wanted = fold(search.trim())
  if (wanted === '') return undefined
  const found = findOptions(options, search)
  const [first] = found
  return found.length === 1 || (first && rankOf(first, wanted) === 0) ? first : undefined
}

function rankOf({ value, label }: ComboboxItem, wanted: string): number | undefined {
  const [name, code] = [fold(label), fold(value)]
  if (name === wanted || code === wanted) return 0
  if (name.startsWith(wanted) || code.startsWith(wanted)) return 1
  if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 2
  return name.includes(wanted) || code.includes(wanted) ? 3 : undefined
}

const fold = (text: string) => text.toLocaleLowerCase()
