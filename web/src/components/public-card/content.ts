/** What a card is made of: texts that somebody else has put into words. */

/** Something to know of somebody in a few words: `12 years`, `Ukrainian, English`. */
export type Fact = {
  /** The name of the field, or whatever tells one from the others. */
  name: string
  /** The widget of the field, or `place`: it chooses the sign before the text. */
  kind: string
  /** What the text is about. */
  label: string
  text: string
  /** Whether the text says by itself what it is about, so that the label is only read aloud. */
  isPlain: boolean
}

export type Price = { label: string; amount: string; suffix: string | undefined }

export type Chips = { name: string; label: string; items: readonly string[] }
