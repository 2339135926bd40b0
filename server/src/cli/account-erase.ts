import { createNotices } from '../accounts/notices.ts'
import { accountProblems } from '../accounts/problems.ts'
import { query, sql, type Pool } from '../database/database.ts'
import { Problem } from '../errors.ts'
import { allPersonalData, builtInActions } from '../features.ts'
import { createLeaving } from '../leaving/leaving.ts'
import { purgeAccount } from '../leaving/purge.ts'
import { createActions } from '../log/actions.ts'
import { createActivity } from '../log/activity.ts'
import { createMeters } from '../meters.ts'
import { OperatorError } from '../operator-error.ts'
import { withDatabase, type Terminal } from './context.ts'

export type EraseOptions = { now?: true; yes?: true }

/** How a command asks somebody at the terminal. Undefined: nobody is there. */
export type Asking = Terminal & { ask?: ((question: string) => Promise<string>) | undefined }

/**
 * Deletes an account as its owner would: it is hidden at once and can be restored for some days. `now`: it is purged at once.
 *
 * @param account its e-mail address; the id of one without an address
 */
export async function runErase(terminal: Asking, account: string, { now, yes }: EraseOptions): Promise<void> {
  await withDatabase(terminal, async ({ config, pool }) => {
    const userId = await find(pool, account)
    if (userId === undefined) throw new OperatorError(`There is no account ${account}.`)
    if (yes !== true) await confirm(terminal, { account, userId, now: now === true })
    const meters = createMeters()
    const { leaveByOperator } = createLeaving({
      pool,
      activity: createActivity(pool, createActions(builtInActions), () => null),
      meters,
      notices: createNotices(),
      graceDays: config.eraseGraceDays,
      forget: () => {},
    })
    const eraseAt = await leaveByOperator(userId, { now: now === true }).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== accountProblems.legal_hold.code) throw error
      throw new OperatorError(
        `Account ${userId} is under a legal hold. "upm account release-hold ${userId}" ends it.`,
        { cause: error },
      )
    })
    if (eraseAt === undefined) throw new OperatorError(`There is no account ${account}.`)
    if (now !== true) {
      return terminal.print(
        `Account ${userId} is hidden and will be deleted for good on ${eraseAt}. Until then its owner can sign in and restore it.`,
      )
    }
    await purgeAccount({ pool, meters, personalData: allPersonalData() }, userId)
    terminal.print(
      `Account ${userId} was deleted for good. The files of its pictures go within a minute of a running server.`,
    )
  })
}

/** By its address, or by its id. @throws OperatorError when several accounts of an old database have the address. */
async function find(pool: Pool, account: string): Promise<number | undefined> {
  const id = /^\d{1,15}$/.test(account) ? Number(account) : null
  const rows = await query<{ id: number }>(
    pool,
    sql`select id from upm.users where id = ${id}::bigint or lower(email collate "C") = lower(${account}::text collate "C") order by id`,
  )
  if (rows.length > 1) {
    const ids = rows.map((row) => row.id).join(', ')
    throw new OperatorError(`Several accounts have the address ${account}: ${ids}. Name one by its id.`)
  }
  return rows[0]?.id
}

/** @throws OperatorError when nobody can be asked, or says no. */
async function confirm(
  { ask }: Asking,
  { account, userId, now }: { account: string; userId: number; now: boolean },
): Promise<void> {
  if (!ask) throw new OperatorError('Nobody can be asked here. Repeat the command with --yes.')
  const what = now ? 'delete it for good, now' : 'begin its deletion'
  const answer = await ask(`Account ${userId} (${account}): type its address or id once more to ${what}: `)
  if (answer.trim().toLowerCase() !== account.toLowerCase())
    throw new OperatorError('That is not what was asked for. Nothing was changed.')
}
