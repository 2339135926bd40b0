/** The built page as a text with blanks. Pure. */

/** Writes the text into each place of the blank. */
export function fill(html: string, blank: string, text: string): string {
  // As a function: "$&" in a text is no pattern then.
  return html.replaceAll(blank, () => text)
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
