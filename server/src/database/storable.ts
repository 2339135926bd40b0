/** Whether PostgreSQL keeps the text as it is: it refuses NUL, and half of a surrogate pair would become another character. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
