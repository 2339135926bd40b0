/** What the library asks of passwords, for the request that it asks for. */
import { signInProblems } from './problems.ts'
import { Problem } from '../errors.ts'
import { isEasilyGuessed } from './common-passwords.ts'
import { currentRequest } from './context.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { jsonOf } from './json.ts'

/**
 * The library hashes the password of a sign-up in its transaction, and a connection to the database would wait for that:
 * so it is done before (`hashAhead`). Whose password a new one becomes, only the library finds out, and here is where it says so.
 */
export async function hashOfRequest(password: string): Promise<string> {
  const { hashed, owner, path } = currentRequest.getStore() ?? {}
  if (hashed !== undefined) return hashed
  const isNew = path === '/change-password' || path === '/reset-password'
  if (isNew && owner && isEasilyGuessed(password, [owner.email, owner.name])) throw tooCommon('newPassword')
  return hashPassword(password)
}

/** Also for an e-mail that has an account already, so that the answer takes the same time. */
export async function hashAhead(signUp: Request): Promise<void> {
  const request = currentRequest.getStore()
  const { password } = await jsonOf(signUp)
  if (request) request.hashed = await hashPassword(String(password))
}

export async function verifyForRequest({
  hash,
  password,
}: {
  hash: string
  password: string
}): Promise<boolean> {
  const { isRight, renewed } = await verifyPassword(hash, password)
  const request = currentRequest.getStore()
  if (request && renewed !== undefined) request.renewed = renewed
  return isRight
}

function tooCommon(field: string): Problem {
  return new Problem(signInProblems.PASSWORD_TOO_COMMON, { errors: [{ field, code: 'common_password' }] })
}
