/** Ukrainian letters as maps write them in Latin ones (Cabinet of Ministers, resolution 55 of 2010), inside of words. */
const letters: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'h',
  ґ: 'g',
  д: 'd',
  е: 'e',
  є: 'ie',
  ж: 'zh',
  з: 'z',
  и: 'y',
  і: 'i',
  ї: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ь: '',
  ю: 'iu',
  я: 'ia',
}

/** `київ` → `kyiv`, of lower case; other letters stay as they are. */
export function inLatin(text: string): string {
  return text.replaceAll(/[а-яіїєґ]/g, (letter) => letters[letter] ?? letter)
}
