/**
 * What must never be written into the log, in one place. Keys that merely resemble a secret (`secretary`) are hidden
 * too: an entry that says too little does less harm than one that says too much.
 */
const SECRET =
  /pass(?:word|wd|phrase|code)|secret|token|jwt|authori[sz]ation|cookie|credential|(?:api|private|access)[_-]?key/i
/** Short words that are secrets by themselves but part of many harmless ones. */
const SECRET_WORD = /(?:^|[_-])(?:pwd|pin|otp|cvv|cvc|iban)(?:$|[_-])/i

const REDACTED = '[redacted]'

/** Whether a key names a secret. */
export function isSecretKey(key: string): boolean {
  return SECRET.test(key) || SECRET_WORD.test(key)
}

/** The same value with every secret, at any depth, replaced by `[redacted]`. */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, isSecretKey(key) ? REDACTED : redact(member)]),
  )
}
