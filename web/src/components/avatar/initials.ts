/** What stands in for a picture that is not there. Pure. */

export type PersonName = { id?: number; first_name: string; last_name: string; email?: string | null }

/** The first letters of the names, else that of the e-mail; empty when there is neither. */
export function initialsOf({ first_name, last_name, email }: PersonName): string {
  const letters = [first_name, last_name].map(firstLetter).join('')
  return letters || firstLetter(email ?? '')
}

/** One person keeps their tint when their name changes; only without an id does the name decide. */
export function tintOf({ id, ...name }: PersonName): Tint {
  let sum = id ?? 0
  if (id === undefined) {
    for (const char of fullNameOf(name)) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973
  }
  return TINTS[sum % TINTS.length] ?? TINTS[0]
}

export function fullNameOf({ first_name, last_name, email }: PersonName): string {
  return `${first_name} ${last_name}`.trim() || (email ?? '')
}

/** Colours of which the darkest shade on the lightest but one, and the other way round, has a contrast of 4.5:1. */
const TINTS = ['indigo', 'violet', 'grape', 'pink', 'blue', 'cyan'] as const

type Tint = (typeof TINTS)[number]

/** What a reader takes for one character: a letter with its accents, too. */
function firstLetter(text: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.trim())
  return first?.segment.toLocaleUpperCase() ?? ''
}
