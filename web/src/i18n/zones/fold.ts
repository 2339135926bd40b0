/** Names as people type them. Pure. */

const ALIKE: Readonly<Record<string, string>> = {
  // What has no mark that could be taken off.
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  ħ: 'h',
  ə: 'e',
  ß: 'ss',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  // Ukrainian and Russian letters for nearly the same sound.
  і: 'и',
  ы: 'и',
  є: 'е',
  э: 'е',
  ґ: 'г',
  ь: '',
  ъ: '',
}

/**
 * A text without what people leave out or mix up: case, accents, apostrophes, hyphens, and letters of one sound in
 * Ukrainian and Russian. `Кам’янське` → `камянське`, `Kraków` → `krakow`, `Нью-Йорк` → `ню иорк`.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’‘ʼʹ`]/gu, '')
    .replaceAll(/[łøđðıħəßþæœіыєэґьъ]/g, (letter) => ALIKE[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}+]+/gu, ' ')
    .trim()
}
