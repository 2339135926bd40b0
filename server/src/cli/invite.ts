import { createRoles } from '../profile-types/roles.ts'
import { Type } from 'typebox'
import { createFormats } from '../profile-types/formats.ts'
import { createValidator } from '../http/validation.ts'
import { writtenLanguage } from '../http/language.ts'
import { queryOne, sql, transaction, type Db } from '../database/database.ts'
import { OperatorError } from '../operator-error.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { createInvitation, invitationLink, withdrawInvitations } from '../sign-in/invitations.ts'
import { declaredIn, serverAddress, withDatabase, type Terminal } from './context.ts'
import { messageOf } from '../values.ts'

export type InviteOptions = { role?: string; days: number; mail?: true }

const DAY_SECONDS = 86_400

/** Invites somebody to sign up: prints the link, or sends it. An older invitation of theirs is void. */
export async function invite(terminal: Terminal, email: string, options: InviteOptions): Promise<void> {
  checkEmail(email)
  const { role, days } = options
  const { extensions } = await declaredIn(terminal)
  await withDatabase(terminal, async ({ config, pool, log }) => {
    const roles = createRoles(createProfileTypes(extensions.profileTypes), config.roles)
    if (role !== undefined && !roles.has(role)) {
      throw new OperatorError(`There is no role "${role}". The roles are ${[...roles.keys()].join(', ')}.`)
    }
    const { signIn } = config
    if (!signIn) throw new OperatorError('Sign-up is not available: AUTH_BUILT_IN is off.')
    if (signIn.signUp === 'off') throw new OperatorError('Sign-up is not available: AUTH_SIGN_UP is off.')
    const isMailed = options.mail === true
    if (isMailed && !signIn.mail) throw new OperatorError('--mail needs a mail server: set SMTP_URL.')
    const invitation = {
      email,
      ...(role !== undefined && { role }),
      mailed: isMailed,
      seconds: days * DAY_SECONDS,
    }
    const token = await transaction(pool, async (db) => {
      await refuseMembers(db, email, isMailed)
      await withdrawInvitations(db, email)
      return createInvitation(db, invitation)
    })
    const link = invitationLink(serverAddress(config), token, invitation)
    if (!isMailed || !signIn.mail) return terminal.print(link)
    const { createMailer } = await import('../sign-in/mailer.ts')
    const defaultLanguage = writtenLanguage(config.uiLanguages[0] ?? 'en')
    const mailer = await createMailer({ ...signIn.mail, pool, defaultLanguage, log })
    try {
      const at = new Date(Date.now() + days * DAY_SECONDS * 1000)
      await mailer.deliver({ id: '', email }, { kind: 'invitation', url: link, at })
    } catch (cause) {
      throw new OperatorError(`The e-mail could not be sent: ${messageOf(cause)}`, { cause })
    } finally {
      await mailer.close()
    }
    terminal.print(`The invitation was sent to ${email}.`)
  })
}

/** @throws OperatorError when it is no e-mail as the sign-in takes them. */
export function checkEmail(email: string): void {
  const { reader } = createValidator(createFormats([]))
  const { errors } = reader(Type.Object({ email: Type.String({ format: 'email', maxLength: 254 }) }))({
    email,
  })
  if (errors.length > 0) throw new OperatorError(`"${email}" is not an e-mail address.`)
}

/** By mail the owner of an address can also be invited over the account of somebody who has not proven it. */
async function refuseMembers(db: Db, email: string, isMailed: boolean): Promise<void> {
  const member = await queryOne(
    db,
    sql`select from auth."user" where "email" = ${email.toLowerCase()} and ("emailVerified" or not ${isMailed})
      union all
      select from upm.users where lower(email collate "C") = lower(${email}::text collate "C") and (email_verified or not ${isMailed}) limit 1`,
  )
  if (member) {
    throw new OperatorError(
      `${email} already has an account. To remove the address from it, run "upm account release-email".`,
    )
  }
}
