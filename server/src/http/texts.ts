/** What Unicode says about texts that people write. */

/**
 * What leaves no mark on a page, whatever it is good for between letters: what is ignorable by default (zero-width
 * characters, joiners, marks of direction, variation selectors, tags, Hangul fillers), all kinds of white space, and what
 * is neither and has no shape all the same: the blank pattern of Braille, the Khitan filler, the empty note head, and the
 * controls of annotations and of hieroglyphs.
 */
const INVISIBLE =
  /^[\p{Default_Ignorable_Code_Point}\p{White_Space}\ufeff\u2800\ufff9-\ufffb\u{13430}-\u{13440}\u{16fe4}\u{1d159}]*$/u

/** Whether there is nothing to see in a text, as in one of spaces alone. */
export function isInvisible(text: string): boolean {
  return INVISIBLE.test(text)
}

/**
 * What breaks a line, or turns the order of what follows it, also beyond the text itself (UAX #9, embeddings and
 * overrides). The isolates and marks that scripts need in a line end with it, and stay.
 */
const BREAKS_OUT = /[\u2028\u2029\u202a-\u202e]/

export function breaksOut(text: string): boolean {
  return BREAKS_OUT.test(text)
}

/** Longer tags are not looked at: bringing one into order costs the square of its length. */
export const MAX_TAG_UNITS = 255

/** The canonical spelling of a language tag (BCP 47): `EN-us` → `en-US`; undefined for what is none. */
export function canonicalTag(tag: string): string | undefined {
  if (tag.length > MAX_TAG_UNITS) return undefined
  try {
    const [canonical, ...others] = Intl.getCanonicalLocales(tag)
    return others.length === 0 ? canonical : undefined
  } catch {
    return undefined
  }
}
