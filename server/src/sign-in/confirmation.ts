/**
 * Who may say that an e-mail is theirs: whoever has both, the link out of a mail to it and the password of the account.
 *
 * The link alone says nothing of who has signed up. Anybody can sign up with the e-mail of somebody else, and if that
 * person, or a program that looks at their mail, opens the link, the stranger's password must not become valid by it. So
 * opening the link only hands it to the page that it leads to, and the sign-in that brings it along confirms the e-mail.
 */
import { BASE_ERROR_CODES } from 'better-auth'
import { APIError } from 'better-auth/api'
import { parseCookies } from 'better-auth/cookies'
import { cookiePlace, setCookie, type CookiePlace } from './cookies.ts'
import { jsonOf } from './json.ts'
import { hasCode, textOf } from '../values.ts'

/** As long as the link is valid. */
const COOKIE_SECONDS = 3_600

const COOKIE = 'upm.email_link'

/**
 * What the library answers when it has found the link good: on to where it leads. A page of ours has it in a cookie that
 * only the sign-in gets; those of other origins, which have no cookies of ours, in the address.
 */
export function openedLink(request: Request, origin: string, prefix: string): APIError {
  const { searchParams } = new URL(request.url)
  const token = searchParams.get('token') ?? ''
  const callback = searchParams.get('callbackURL') || `${prefix}/`
  const url = new URL(callback, origin)
  if (url.origin !== origin) {
    url.searchParams.set('token', token)
    return new APIError('FOUND', undefined, { location: url.href })
  }
  const cookie = setCookie(cookiePlace(origin, prefix), COOKIE, token, '/api/auth/sign-in', COOKIE_SECONDS)
  return new APIError('FOUND', undefined, { location: callback, 'set-cookie': cookie })
}

export function wrongLink(): APIError {
  return APIError.from('BAD_REQUEST', BASE_ERROR_CODES.INVALID_TOKEN)
}

/** The link that a sign-in brings along. */
export async function linkOf(
  signIn: Request,
  { namePrefix }: CookiePlace,
): Promise<{ email: string; token: string } | undefined> {
  const body = await jsonOf(signIn)
  const cookies = parseCookies(signIn.headers.get('cookie') ?? '')
  const token = textOf(body, 'verificationToken') ?? cookies.get(`${namePrefix}${COOKIE}`)
  return token === undefined ? undefined : { email: String(body['email']).toLowerCase(), token }
}

export async function isUnconfirmed(answer: Response): Promise<boolean> {
  if (answer.status !== 403) return false
  return hasCode(await jsonOf(answer), 'EMAIL_NOT_VERIFIED')
}
