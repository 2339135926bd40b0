/**
 * What must never be written into the log, in one place. A name is taken apart into its words (`clientSecret`,
 * `x-api-key` and `recovery_codes` alike), and words are compared whole: `author` and `secretary` are no secrets.
 * What is said *about* a secret stays: whether it is there, how often it was used, when it was changed.
 */

const REDACTED = '[redacted]'

/** Words that name a secret by themselves. Plurals and trailing digits count as the same word. */
const SECRET_WORDS = new Set(
  `auth oauth authorization authorisation bearer cookie cred creds credential csrf xsrf cvc cvv csc hmac iban
  jwe jws jwt mnemonic nonce otp hotp totp pass passcode passkey passphrase passwd password pin psw puk pw pwd secret
  sessid sid sig signature ssn token`.split(/\s+/),
)

/** Several words, one after the other, that name one together. Written as one word they do, too. */
const SECRET_PHRASES = [
  ...`access api auth encryption master private recovery secret session signing ssh`
    .split(' ')
    .map((kind) => `${kind} key`),
  ...`2fa activation authorization backup confirmation device factor login mfa onetime otp pin recovery reset security
  sms time verification`
    .split(/\s+/)
    .map((kind) => `${kind} code`),
  ...`backup recovery seed wallet`.split(' ').map((kind) => `${kind} phrase`),
  ...`login magic reset`.split(' ').flatMap((kind) => [`${kind} link`, `${kind} url`]),
  'session id',
  'card number',
  'cc number',
  'code verifier',
  'security answer',
  'social security',
]

/** Written together with other words, these are as plain: `newpassword`, `accesstoken`. */
const JOINED = new RegExp(
  `passw(?:or)?d(?!le)|passphrase|credential|(?:token|secret|cookie|sessid)s?$|^(?:${SECRET_PHRASES.map(
    (phrase) => phrase.replace(' ', ''),
  ).join('|')})s?$`,
)

/** A name that has none of these in it is not taken apart. */
const SUSPICIOUS =
  /auth|bear|cook|cred|csrf|xsrf|cv[cv]|csc|hmac|iban|jw[est]|mnem|nonce|otp|pass|pin|psw|puk|pw|secre|sess|sid|sig|ssn|token|key|code|phrase|link|url|number|verifier|answer|social/i

/** The last word of a name that says how much or how often, and the first one. */
const COUNTS = new Set(
  `age attempts balance bytes cost count counts days entropy failures hours in index iterations left length limit max min
  minutes ms percent price quota rate remaining retries rounds score seconds size strength sum total tries ttl used
  version`.split(/\s+/),
)
const COUNTED = new Set(['count', 'max', 'min', 'num', 'total'])
/** The last word of a name that says when. */
const TIMES = new Set(
  `at changed created date exp expiration expires expiry iat issued on since time timestamp until updated`.split(
    ' ',
  ),
)
/** The last word of a name that says of what kind a secret is. */
const KINDS = new Set(
  `algorithm alg consent kind method policy provider result scheme state status type`.split(' '),
)
/** Secrets that are numbers: a number under their plural is none the less one of them. */
const NUMERIC = /^(?:pin|otp|hotp|totp|cvc|cvv|csc|ssn|puk|code|number|security)s?$/

const TIME =
  /^(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?|P[\dTYMWDHS.]{1,30})$/
const KIND = /^[a-z][a-z_-]{0,29}$/i

/** Whether a key names a secret, or something about one. */
export function isSecretKey(key: string): boolean {
  if (!SUSPICIOUS.test(key)) return false
  return isSecret(wordsOf(key))
}

/** The same value with every secret, at any depth, replaced by `[redacted]`. */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      isSecretKey(key) ? factsOnly(member, aboutOf(wordsOf(key))) : redact(member),
    ]),
  )
}

/** Of a longer name only both ends are read. */
const MAX_NAME_CHARACTERS = 200

/** `sessionID`, `SESSION_ID` and `session-id`: session, id. */
function wordsOf(key: string): string[] {
  const name =
    key.length > 2 * MAX_NAME_CHARACTERS
      ? `${key.slice(0, MAX_NAME_CHARACTERS)} ${key.slice(-MAX_NAME_CHARACTERS)}`
      : key
  return name
    .replaceAll(/(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '')
}

function isSecret(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const forms = singulars(word)
    if (forms.some((form) => SECRET_WORDS.has(form) || JOINED.test(form))) return true
    const before = words[index - 1]
    return before !== undefined && forms.some((form) => SECRET_PHRASES.includes(`${before} ${form}`))
  })
}

/** `tokens`, `passes`, `cvv2`: the word itself and what it may be a form of. */
function singulars(word: string): string[] {
  const bare = word.replace(/(?<=\D)\d{1,4}$/, '')
  return [...new Set([word, bare, bare.replace(/s$/, ''), bare.replace(/es$/, '')])]
}

type About = { count: boolean; time: boolean; kind: boolean }

/** What a name that has a secret's in it says about the secret. */
function aboutOf(words: readonly string[]): About {
  const [first = '', last = ''] = [words[0], words.at(-1)]
  const isPlural = last.endsWith('s') && !SECRET_WORDS.has(last) && !words.some((word) => NUMERIC.test(word))
  return {
    count: words.length > 1 && (COUNTS.has(last) || COUNTED.has(first)) ? true : isPlural,
    time: TIMES.has(last),
    kind: KINDS.has(last),
  }
}

/** What of a value cannot be the secret itself. */
function factsOnly(value: unknown, about: About): unknown {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'number':
      return about.count || about.time ? value : REDACTED
    case 'string':
      return (about.time && TIME.test(value)) || (about.kind && KIND.test(value)) ? value : REDACTED
    case 'object':
      if (value === null) return null
      if (!about.count && !about.time) return REDACTED
      if (Array.isArray(value)) return value.map((item) => factsOnly(item, about))
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, factsOnly(member, about)]))
    default:
      return REDACTED
  }
}
