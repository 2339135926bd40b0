import { builtInActions } from '../features.ts'
import { createActions } from '../log/actions.ts'
import { createActivity } from '../log/activity.ts'
import { transaction } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { releaseEmail, setEmail } from '../identity/emails.ts'
import { removeFactors } from '../sign-in/remove-factors.ts'
import { OperatorError } from '../operator-error.ts'
import { disableAccount, enableAccount } from '../identity/disabling.ts'
import { holdAccount, releaseAccount } from '../accounts/hold.ts'
import { restartWalks } from '../log/walk.ts'
import { withDatabase, type Terminal } from './context.ts'
import { checkEmail } from './invite.ts'

/** Takes an address away from whoever has it, so that somebody else can have it. */
export async function runReleaseEmail(terminal: Terminal, email: string): Promise<void> {
  await withDatabase(terminal, async ({ pool }) => {
    const activity = createActivity(pool, createActions(builtInActions), () => null)
    const userId = await transaction(pool, (db) => releaseEmail(db, activity, email))
    if (userId === undefined) throw new OperatorError(`No account has the address ${email}.`)
    const whose = userId === 0 ? 'An unused sign-up' : `Account ${userId}`
    terminal.print(`${whose} no longer has an e-mail address. ${email} can be used again.`)
  })
}

/** Gives an account another address, which is not proven. */
export async function runSetEmail(terminal: Terminal, userId: number, email: string): Promise<void> {
  checkEmail(email)
  await withDatabase(terminal, async ({ pool }) => {
    const activity = createActivity(pool, createActions(builtInActions), () => null)
    const changed = await transaction(pool, (db) => setEmail(db, activity, { userId, email })).catch(
      (error: unknown) => {
        if (violatedConstraint(error) === undefined) throw error
        throw new OperatorError(`Another account has the address ${email}.`, { cause: error })
      },
    )
    if (!changed) throw new OperatorError(`There is no account ${userId}.`)
    terminal.print(`Account ${userId}: the address was changed from ${changed.old ?? '(none)'} to ${email}.`)
  })
}

/** Refuses an account at sign-in and refuses its tokens. Its sessions end; all else is kept. */
export async function runDisable(terminal: Terminal, userId: number): Promise<void> {
  await withDatabase(terminal, async ({ pool }) => {
    const changed = await disableAccount(pool, userId)
    if (!changed) throw new OperatorError(`There is no account ${userId}.`)
    terminal.print(
      changed.unchanged
        ? `Account ${userId} is disabled already.`
        : `Account ${userId} is disabled. Servers that run refuse its tokens within five minutes.`,
    )
  })
}

/** For somebody who has lost everything that the second step of their sign-in needs: only the password is left. */
export async function runRemoveFactors(terminal: Terminal, userId: number): Promise<void> {
  await withDatabase(terminal, async ({ config, pool }) => {
    if (!config.signIn) throw new OperatorError('There are no factors here: AUTH_BUILT_IN is off.')
    const activity = createActivity(pool, createActions(builtInActions), () => null)
    const removed = await transaction(pool, (db) => removeFactors(db, activity, userId))
    if (!removed) throw new OperatorError(`Account ${userId} does not sign in here.`)
    terminal.print(
      removed.length === 0
        ? `Account ${userId} has no second step and no passkeys.`
        : `Account ${userId}: removed ${removed.join(' and ')}. A sign-in needs only the password.`,
    )
  })
}

/** Lets a disabled account be used again. */
export async function runEnable(terminal: Terminal, userId: number): Promise<void> {
  await withDatabase(terminal, async ({ pool }) => {
    const changed = await enableAccount(pool, userId)
    if (!changed) throw new OperatorError(`There is no account ${userId}.`)
    terminal.print(
      changed.unchanged ? `Account ${userId} is not disabled.` : `Account ${userId} can be used again.`,
    )
  })
}

/** Keeps an account and its log as they are. */
export async function runHold(terminal: Terminal, userId: number, reason: string): Promise<void> {
  if (reason.trim() === '' || [...reason].length > 500) {
    throw new OperatorError('The reason must have 1 to 500 characters.')
  }
  await withDatabase(terminal, async ({ pool }) => {
    const held = await holdAccount(pool, userId, reason.trim())
    if (!held) throw new OperatorError(`There is no account ${userId}.`)
    terminal.print(
      `Account ${userId} is kept since ${held.since}: it cannot be deleted, and its log stays whole.`,
    )
  })
}

/** Ends that. What the retention has passed by meanwhile is looked at again. */
export async function runReleaseHold(terminal: Terminal, userId: number): Promise<void> {
  await withDatabase(terminal, async ({ pool }) => {
    const released = await transaction(pool, async (db) => {
      const row = await releaseAccount(db, userId)
      if (row?.reason) await restartWalks(db)
      return row
    })
    if (!released) throw new OperatorError(`There is no account ${userId}.`)
    terminal.print(
      released.reason === null
        ? `Account ${userId} is not under a hold.`
        : `Account ${userId} is no longer kept. The reason was: ${released.reason}`,
    )
  })
}
