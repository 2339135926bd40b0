/** For whom a token of the mock speaks: its text says so, whatever it is. */
import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { LruMap } from 'toad-cache'
import type { AuthConfig } from '../config/config.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { signToken } from '../identity/sign-token.ts'
import { SERVICE_SCOPE } from '../identity/tokens.ts'

/** Somebody who has an account in a database that was just made. */
export type MockPerson = { email: string; subject: string; role: string }

/** What an access token says. */
export type Claims = { subject: string; claims: Record<string, unknown> }

const LIFETIME_SECONDS = 86_400
const REMEMBERED_TOKENS = 1_000

/**
 * Chooses by the text of a token: undefined where it is a token of the mock's own sign-in, which is good as it is.
 *
 * @param roles the roles that accounts can have
 */
export function createChooser(people: readonly MockPerson[], roles: readonly string[]) {
  const demo = ({ subject, email }: MockPerson): Claims => ({ subject, claims: { email } })
  const newcomer = (email: string, role?: string): Claims => ({
    subject: `mock-${email}`,
    claims: { email, ...(role !== undefined && { role }) },
  })
  const byHash = (text: string): Claims | undefined => {
    const number = createHash('sha256').update(text).digest().readUInt32BE()
    const person = people[number % people.length]
    return person && demo(person)
  }

  return (text: string): Claims | undefined => {
    const jwt = readJwt(text)
    if (jwt?.iss === BUILT_IN_ISSUER) return undefined
    // A token of a real issuer is another text with each refresh, and the same person.
    const name = jwt ? (jwt.email ?? jwt.sub ?? text) : text
    const email = name.toLowerCase()
    const person = people.find((one) => one.email === email)
    if (person) return demo(person)
    if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(name)) return newcomer(email)
    const [, role = '', ordinal = '1'] = /^([a-z][a-z0-9_]*)(?:-([1-9]\d{0,3}))?$/.exec(name) ?? []
    if (role === 'service') return { subject: name, claims: { scope: SERVICE_SCOPE } }
    if (roles.includes(role)) {
      const found = people.filter((one) => one.role === role)[Number(ordinal) - 1]
      return found ? demo(found) : newcomer(`${name}@mock.example.com`, role)
    }
    const numbered = /^[1-9]\d{0,5}$/.test(name) ? people[Number(name) - 1] : undefined
    return numbered ? demo(numbered) : byHash(name)
  }
}

type ReadJwt = { iss: string | undefined; sub: string | undefined; email: string | undefined }

/** What a JSON Web Token says, unverified; undefined where the text is none. */
function readJwt(text: string): ReadJwt | undefined {
  if (text.split('.').length !== 3) return undefined
  try {
    const { iss, sub, email } = decodeJwt(text)
    return { iss, sub, email: typeof email === 'string' ? email : undefined }
  } catch {
    return undefined
  }
}

/** Puts a token that the server accepts in the place of any token. */
export function createExchange(
  auth: AuthConfig,
  choose: (text: string) => Claims | undefined,
): (header: string) => Promise<string> {
  const signed = new LruMap<string>(REMEMBERED_TOKENS, (LIFETIME_SECONDS / 2) * 1000)
  return async (header) => {
    const text = /^Bearer +(.*\S) *$/i.exec(header)?.[1]
    if (text === undefined) return header
    const known = signed.get(text)
    if (known !== undefined) return known
    const claims = choose(text)
    if (!claims) return header
    const token = `Bearer ${await signToken(auth, { ...claims, lifetimeSeconds: LIFETIME_SECONDS })}`
    signed.set(text, token)
    return token
  }
}
