/**
 * Which passwords are tried first: those that many people have (two lists that others keep, of 90,000), in any case and
 * with anything but letters put around them, what a hand does on a keyboard, and what stands next to the account.
 *
 * OWASP ASVS 5.0, 6.2.4 asks for 3,000 that are long enough to be passwords here; 13,600 of the lists are.
 */
import { dictionary } from '@zxcvbn-ts/language-common'
import popular from 'popular-passwords' with { type: 'json' }

const COMMON = new Set<string>([...popular, ...(dictionary['passwords-common'] ?? [])])

/** The lists are of the whole world; these are of the country whose people use this most. Letters alone. */
const COMMON_HERE = new Set(
  [
    'славаукраїні',
    'slavaukraini',
    'slavaukraine',
    'героямслава',
    'geroyamslava',
    'heroiamslava',
    'пароль',
    'parol',
    'україна',
  ].concat([
    'ukraina',
    'ukraine',
    'кохання',
    'kohannya',
    'сонечко',
    'sonechko',
    'мамотато',
    'привіт',
    'pryvit',
    'київ',
    'kyiv',
  ]),
)

/** Whoever knows the product tries these. */
const OWN_WORDS = ['upm', 'universal', 'profile', 'module']

/** A part of an e-mail or a name that says nothing by itself: it may be anywhere in a good password. */
const MIN_WORD_CHARACTERS = 3

/** What is left of a password without the words that others know of its owner has to be this long to be one. */
const MIN_REST_CHARACTERS = 6

/** Rows of keys, and what else is counted along. */
const ROWS = [
  '1234567890',
  'qwertyuiop[]',
  "asdfghjkl;'",
  'zxcvbnm,./',
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789',
]
const SEQUENCES = ROWS.flatMap((row) => [row, [...row].toReversed().join('')])

/** The same key on the two keyboards of the country: `пароль` is typed as `gfhjkm`, and is as common. */
const CYRILLIC_KEYS = new Map(
  Array.from('йцукенгшщзхїфівапролджєячсмитьбюъыэ', (letter, i) => [
    letter,
    Array.from("qwertyuiop[]asdfghjkl;'zxcvbnm,.]s'")[i] ?? letter,
  ]),
)

const LOOKALIKES = new Map(
  Object.entries({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }),
)

const mapped = (text: string, by: ReadonlyMap<string, string>) =>
  Array.from(text, (character) => by.get(character) ?? character).join('')

/** Whether a password is one of the first that would be guessed for the account of these texts (e-mail, name). */
export function isEasilyGuessed(password: string, about: readonly string[] = []): boolean {
  const text = password.normalize('NFKC').toLowerCase()
  const forms = [text, mapped(text, CYRILLIC_KEYS)]
  return forms.some(isCommon) || isAbout(text, about)
}

function isCommon(text: string): boolean {
  if (COMMON.has(text) || isSequence(text)) return true
  const unit = repeatedUnit(text)
  if (unit !== undefined && (unit.length < 5 || isCommon(unit))) return true
  if (COMMON_HERE.has(text.replaceAll(/[^\p{L}]/gu, ''))) return true
  const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return [core, mapped(text, LOOKALIKES), mapped(core, LOOKALIKES)].some(
    (form) => form.length > 3 && COMMON.has(form),
  )
}

/** `abcabcabc` is `abc`, three times and perhaps a bit. */
function repeatedUnit(text: string): string | undefined {
  for (let length = 1; length <= text.length / 2; length++) {
    const unit = text.slice(0, length)
    if (unit.repeat(Math.ceil(text.length / length)).startsWith(text)) return unit
  }
  return undefined
}

/** One row of keys, from anywhere to anywhere, and around its end. */
function isSequence(text: string): boolean {
  return SEQUENCES.some((row) => row.repeat(Math.ceil(text.length / row.length) + 1).includes(text))
}

/** What is left, when all that anybody knows of the owner and of the product is taken out, is no password. */
function isAbout(text: string, about: readonly string[]): boolean {
  const words = [...about, ...about.flatMap((one) => one.split(/[^\p{L}\p{N}]+/u)), ...OWN_WORDS]
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= MIN_WORD_CHARACTERS)
    .sort((one, other) => other.length - one.length)
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), text)
  return rest !== text && rest.replaceAll(/[^\p{L}]/gu, '').length < MIN_REST_CHARACTERS
}
