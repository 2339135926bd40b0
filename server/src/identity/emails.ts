/**
 * Whose an e-mail is. Anybody can make an account with the e-mail of somebody else; whoever has proven that they get its
 * mails gets it. The account that had it keeps everything else, and goes on to be opened by its own subject.
 */
import { randomUUID } from 'node:crypto'
import type { Activity } from '../log/activity.ts'
import type { Actor } from '../log/actor.ts'
import { afterCommit, type Db } from '../database/database.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import {
  lockAccount,
  lockHolder,
  lockUnprovenHolder,
  noteProvenEmail,
  releaseSignIn,
  setSignInEmail,
  updateEmail,
  type Holder,
} from './queries.ts'

/** Nobody can be reached there (RFC 6761). The sign-in has such an address where an account has none. */
const RELEASED_DOMAIN = '@released.invalid'

/** Whether it stands for an address that was taken away. */
export function isReleased(email: string): boolean {
  return email.endsWith(RELEASED_DOMAIN)
}

export type Release = {
  email: string
  /** The issuer whose token proves that the address is somebody else's. */
  provenBy: string
  requestId: string | null
  /** Counts an event in /metrics. */
  count: (event: string) => void
}

/**
 * Takes the address away from the account that holds it, if nobody has proven that it is theirs, and logs that. Accounts
 * of an old database that nobody has opened yet keep it: it is what their owner is known by. At the bundled sign-in the
 * address is free, too: whoever has signed up with it cannot sign in with it any more, nor is anything sent to them.
 */
export async function releaseUnprovenEmail(
  db: Db,
  activity: Activity,
  { email, provenBy, requestId, count }: Release,
): Promise<void> {
  // The rows of the sign-in first, as a sign-in takes them: nobody waits for another who waits for them.
  await releaseSignIn(db, email, placeholder(), { evenIfProven: false })
  const holder = await lockUnprovenHolder(db, email)
  if (!holder) return
  await changeEmail(db, activity, holder, {
    email: null,
    actor: { kind: 'issuer', id: provenBy },
    // Where the owner of the address is and what with is none of this account's business.
    request: { ipAddress: null, userAgent: null, requestId },
  })
  afterCommit(db, () => count('system.email.changed'))
}

/** Takes the address away from whoever has it, proven or not. Undefined: nobody has. Returns whose it was. */
export async function releaseEmail(db: Db, activity: Activity, email: string): Promise<number | undefined> {
  const freed = await releaseSignIn(db, email, placeholder(), { evenIfProven: true })
  const holder = await lockHolder(db, email)
  if (holder) await changeEmail(db, activity, holder, { email: null, actor: OPERATOR })
  return holder?.id ?? (freed ? 0 : undefined)
}

/** Gives an account another address, which is not proven. Undefined: there is no such account. */
export async function setEmail(
  db: Db,
  activity: Activity,
  { userId, email }: { userId: number; email: string },
): Promise<{ old: string | null } | undefined> {
  await setSignInEmail(db, userId, email)
  const account = await lockAccount(db, userId)
  if (account) await changeEmail(db, activity, account, { email, actor: OPERATOR })
  return account && { old: account.email }
}

/** Gives an account the address that its owner has proven at the bundled sign-in. */
export async function changeProvenEmail(
  db: Db,
  activity: Activity,
  { userId, email, request }: { userId: number; email: string; request: RequestFacts },
): Promise<void> {
  const account = await lockAccount(db, userId)
  if (!account) return
  if (account.email === email) await noteProvenEmail(db, userId, email)
  else await changeEmail(db, activity, account, { email, isProven: true, request })
}

const OPERATOR: Actor = { kind: 'operator', id: 'upm' }

const placeholder = () => `${randomUUID()}${RELEASED_DOMAIN}`

/** Without an actor it was the person. */
type Change = { email: string | null; isProven?: boolean; actor?: Actor; request?: RequestFacts }

/** Of an account that is locked. */
async function changeEmail(
  db: Db,
  activity: Activity,
  { id, email: old }: Holder,
  { email, isProven = false, actor, request }: Change,
): Promise<void> {
  if (email === old) return
  const at = await updateEmail(db, id, email, isProven)
  const by = { user: { id }, ...(actor && { actor }), ...(request && { request }) }
  await activity.log(
    {
      ...by,
      action: 'profile.updated',
      metadata: {
        changed: ['email'],
        changes: { user: { old: { email: old }, new: { email } } },
      },
      at,
    },
    db,
  )
  await activity.log({ ...by, action: 'system.email.changed' }, db)
}
