/** Text as the server sees it (product specification, section 3): normalized, then counted in code points. Pure. */

function normalizeText(text: string): string {
  return text.normalize('NFC').replaceAll('\r\n', '\n').trim()
}

export function countCharacters(text: string): number {
  return [...normalizeText(text)].length
}

/** Whether two values are the same to the server: texts after normalization, lists in their order, objects by member. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (typeof one === 'string' && typeof other === 'string') return normalizeText(one) === normalizeText(other)
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other)
  }
  const [names, otherNames] = [Object.keys(one), Object.keys(other)]
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === otherNames.length &&
    names.every((name) => isSameValue(Reflect.get(one, name), Reflect.get(other, name)))
  )
}
