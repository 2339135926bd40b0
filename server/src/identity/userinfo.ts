import {
  processUserInfoResponse,
  skipSubjectCheck,
  userInfoRequest,
  type AuthorizationServer,
  type UserInfoResponse,
} from 'oauth4webapi'
import { LruMap } from 'toad-cache'
import { problems, Problem } from '../errors.ts'
import type { Log } from '../logger.ts'
import { messageOf } from '../values.ts'
import type { Claims } from './claim-names.ts'
import { requestOptions, type Discovery } from './discovery.ts'

/** An answer is kept until the account is made that it was asked for. */
const ANSWERS = 1_000
const ANSWER_MS = 60_000

/** Our name as a client. It is not sent: the token alone says who asks (RFC 6750). */
const CLIENT = { client_id: 'upm' }

/** Whom the token speaks for: `sub`, and the subject that the configured claim has, which may be another one. */
type Asked = { subject: string; sub: string | undefined }

/**
 * Asks the userinfo endpoint of an issuer about the owner of an access token (OpenID Connect Core, section 5.3). All first
 * requests of one subject share one answer. Undefined: the issuer says nothing that can be used, and the log says why.
 *
 * @throws Problem `unavailable` when the issuer cannot be asked now. Nothing is remembered then.
 */
export function createUserinfo(discovery: Discovery, log?: Log) {
  const answers = new LruMap<Promise<Claims | undefined>>(ANSWERS, ANSWER_MS)

  return (token: string, asked: Asked): Promise<Claims | undefined> => {
    const known = answers.get(asked.subject)
    if (known) return known
    const answer = ask(discovery, token, asked, log)
    answers.set(asked.subject, answer)
    const forget = () => answers.delete(asked.subject)
    answer.then((told) => told ?? forget(), forget)
    return answer
  }
}

async function ask(
  discovery: Discovery,
  token: string,
  asked: Asked,
  log: Log | undefined,
): Promise<Claims | undefined> {
  const unusable = (reason: string) => {
    log?.warn({ reason }, 'the userinfo endpoint of the issuer does not tell the e-mail of a new user')
    return undefined
  }
  try {
    const issuer = await discovery.document()
    if (typeof issuer.userinfo_endpoint !== 'string') return unusable('the discovery document names none')
    const response = await userInfoRequest(issuer, CLIENT, token, requestOptions(issuer.issuer))
    if (response.status === 429 || response.status >= 500) {
      throw new Error(`the userinfo endpoint of ${issuer.issuer} answered with ${response.status}`)
    }
    // One that is signed proves nothing until its signature is verified, and no issuer sends it unless it is asked to.
    if (response.headers.get('content-type')?.startsWith('application/jwt')) return unusable('it is signed')
    if (response.status >= 400) return unusable(`it answered with ${response.status}`)
    const told = await read(issuer, response)
    // It may be about somebody else (OpenID Connect Core, section 5.3.2). Okta has the login of a person as the `sub` of
    // access tokens, and elsewhere the id, which is then the configured subject.
    if (told.sub !== asked.sub && told.sub !== asked.subject) return unusable('its subject is another one')
    return told
  } catch (error) {
    throw issuerUnavailable(error)
  }
}

/** It is not the token's fault: the same request can be sent again. */
export function issuerUnavailable(cause: unknown): Problem {
  return new Problem(problems.unavailable, {
    headers: { 'retry-after': '5' },
    params: { who: 'issuer' },
    cause,
  })
}

async function read(issuer: AuthorizationServer, response: Response): Promise<UserInfoResponse> {
  try {
    return await processUserInfoResponse(issuer, CLIENT, skipSubjectCheck, response)
  } catch (error) {
    // The library's error has the answer in it, which is nothing for the log.
    // oxlint-disable-next-line preserve-caught-error -- see above
    throw new Error(
      `the answer of the userinfo endpoint of ${issuer.issuer} is not valid: ${messageOf(error)}`,
    )
  }
}
