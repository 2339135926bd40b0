/**
 * What somebody has typed, as a number, if that says the same: `12` is, and `12.`, `007` and `twelve` stay what they
 * are, so that the next key finds them as they were. Nothing is null where that is a value. Pure.
 */
export function readNumber(typed: string, isNullable: boolean): number | string | null {
  const text = typed.trim().replace(',', '.')
  if (text === '' && isNullable) return null
  const number = Number(text)
  return text !== '' && String(number) === text && Number.isFinite(number) ? number : typed
}
