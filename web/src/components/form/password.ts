/** Passwords, as far as a page can judge them. Pure. */

export const MIN_PASSWORD_CHARACTERS = 10
export const MAX_PASSWORD_CHARACTERS = 128

/** What a page says of a new password while it is typed. The server has the last word, with lists of thousands. */
export type PasswordStrength = 'empty' | 'short' | 'long' | 'common' | 'fair' | 'good' | 'strong'

/** The words that common passwords are made of, with digits and marks around them. */
const COMMON_WORDS = new Set(
  (
    'password passwort passw0rd parol пароль letmein welcome qwerty йцукен qwertyuiop йцукенгшщз asdfghjkl zxcvbnm qazwsx ' +
    'qazwsxedc abc abcdef abcdefgh abcdefghij iloveyou ilovey loveyou love lovely princess sunshine monkey dragon football baseball ' +
    'superman batman master shadow michael jordan jennifer ashley charlie daniel thomas andrew jessica nicole hello ' +
    'freedom whatever trustno starwars computer internet samsung google facebook instagram liverpool chelsea arsenal barcelona ' +
    'admin administrator root user test testtest guest changeme secret default login access ' +
    'україна ukraine ukraina славаукраїні slavaukraini slavaukraine героямслава heroiamslava київ kyiv kiev кохання kohannya ' +
    'сонечко sonechko привіт pryvit мамотато люблю любов'
  ).split(' '),
)

const ROWS = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'abcdefghijklmnopqrstuvwxyz',
  'йцукенгшщзхї',
  'фівапролджє',
]

/** In code points, spaces included, whatever they are: as the server counts. */
export function passwordLength(password: string): number {
  return [...password].length
}

export function passwordStrength(password: string): PasswordStrength {
  const count = passwordLength(password)
  if (count === 0) return 'empty'
  if (count < MIN_PASSWORD_CHARACTERS) return 'short'
  if (count > MAX_PASSWORD_CHARACTERS) return 'long'
  if (isCommon(password.toLowerCase())) return 'common'
  const different = new Set(password).size
  if (count >= 20 && different >= 10) return 'strong'
  return count >= 14 && different >= 7 ? 'good' : 'fair'
}

function isCommon(password: string): boolean {
  if (new Set(password).size <= 3) return true
  const word = password.replaceAll(/[^\p{L}]/gu, '')
  if (word === '' && /^\d+$/.test(password) && isRow(password)) return true
  return COMMON_WORDS.has(word) || COMMON_WORDS.has(half(word)) || (word.length >= 4 && isRow(word))
}

/** `testtest` is `test`. */
function half(word: string): string {
  const one = word.slice(0, word.length / 2)
  return one.repeat(2) === word ? one : word
}

/** Keys that lie side by side, or what is counted, again and again. */
function isRow(text: string): boolean {
  return ROWS.some((row) => {
    const forward = row.repeat(12)
    return forward.includes(text) || [...forward].toReversed().join('').includes(text)
  })
}
