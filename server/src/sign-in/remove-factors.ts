/** What an operator does for somebody who has lost everything that a sign-in needs besides the password. */
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import type { Db } from '../database/database.ts'
import type { Activity } from '../log/activity.ts'
import { findSubject, lockOwner } from './queries.ts'
import { deletePasskeys } from './passkey-queries.ts'
import { deleteSecondStep } from './second-step-queries.ts'

/** Returns what there was; undefined: the account does not sign in here. */
export async function removeFactors(
  db: Db,
  activity: Activity,
  userId: number,
): Promise<string[] | undefined> {
  const subject = await findSubject(db, BUILT_IN_ISSUER, userId)
  if (subject === undefined) return undefined
  await lockOwner(db, subject)
  const removed: { factor: 'totp' | 'passkey'; name: string }[] = []
  if (await deleteSecondStep(db, subject)) removed.push({ factor: 'totp', name: 'the second step' })
  if ((await deletePasskeys(db, subject)) > 0) removed.push({ factor: 'passkey', name: 'its passkeys' })
  for (const { factor } of removed) {
    await activity.log(
      {
        user: { id: userId },
        action: 'system.factor.changed',
        metadata: { factor, change: 'removed' },
        actor: { kind: 'operator', id: 'upm' },
      },
      db,
    )
  }
  return removed.map(({ name }) => name)
}
