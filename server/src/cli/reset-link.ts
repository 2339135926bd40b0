import { transaction } from '../database/database.ts'
import { OperatorError } from '../operator-error.ts'
import { createResetToken, resetLink } from '../sign-in/reset-links.ts'
import { serverAddress, withDatabase, type Terminal } from './context.ts'
import { checkEmail } from './invite.ts'

const HOUR_SECONDS = 3_600

/** Prints a link for somebody who has forgotten their password, where the server sends no mails. */
export async function printResetLink(
  terminal: Terminal,
  email: string,
  { hours }: { hours: number },
): Promise<void> {
  checkEmail(email)
  await withDatabase(terminal, async ({ config, pool }) => {
    const { signIn } = config
    if (!signIn) throw new OperatorError('There are no passwords here: AUTH_BUILT_IN is off.')
    // The library takes it as proof of the e-mail when a link of its kind is used, and this one proves nothing of it.
    if (signIn.mail) {
      throw new OperatorError(
        'This server sends e-mails: "Forgot your password?" on the sign-in page sends the link to the person.',
      )
    }
    const token = await transaction(pool, (db) => createResetToken(db, email, hours * HOUR_SECONDS))
    if (token === undefined) throw new OperatorError(`Nobody signs in with ${email}.`)
    terminal.print(resetLink(serverAddress(config), token))
  })
}
