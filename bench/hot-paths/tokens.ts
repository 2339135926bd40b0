import { createHmac } from 'node:crypto'

/** For `AUTH_JWT_SECRET`. */
export const SECRET = 'a-secret-for-measurements-only-0123456789abcdef'

const HOURS = 3600

let signed = 0

/** A token that is new each time. Signed without waiting, so that it can be made between two requests. */
export function newToken(subject: string): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    sub: subject,
    email: `${subject}@example.com`,
    given_name: 'Olena',
    family_name: 'Kovalenko',
    role: 'tutor',
    jti: String(++signed),
    iat: now,
    exp: now + 12 * HOURS,
  }
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
