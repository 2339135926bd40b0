/** Texts for places where they are one line and have little room: titles, descriptions. Pure. */

/** Turn the direction of what follows them, in a tab or a list of results: that of the text itself is enough. */
const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** On one line, without characters that turn what follows. */
export function onOneLine(text: string): string {
  return text
    .replaceAll(DIRECTIONS, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

/** At most so many code points, cut after a word if there is one, never within what a reader takes for one character. */
export function shorten(text: string, max: number): string {
  if ([...text].length <= max) return text
  let kept = ''
  let count = 0
  for (const { segment } of new Intl.Segmenter('uk', { granularity: 'grapheme' }).segment(text)) {
    count += [...segment].length
    // One is for the dots.
    if (count > max - 1) break
    kept += segment
  }
  const words = kept.replace(/\s+\S*$/u, '')
  // A text without spaces, or one very long word.
  const cut = words.length > kept.length / 2 ? words : kept
  return `${cut.replace(/[\s\p{P}]+$/u, '')}…`
}
