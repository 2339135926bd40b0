/**
 * How often something may be tried. An attempt is counted before it causes any work, in the database, for all processes
 * and machines. Where success shows that it was the owner (a sign-in), an attempt is pending until that is known, and only
 * failures stay: a class signs in behind one address at nine o'clock. Mails and sign-ups stay, too, whatever comes of them.
 */
import { rateLimited } from '../errors.ts'
import { normalizeIP } from '@fastify/rate-limit'
import type { Pool } from '../database/database.ts'
import { enterAttempt, findKnownPlaces, settleAttempts, type Outcome, type Rule } from './attempts.ts'
import type { Marks } from './marks.ts'

const MINUTE = 60
const HOUR = 3_600

/** From one address, whatever account it is about. */
const ADDRESS: Rule = { max: 20, atOnce: 60, windowSeconds: MINUTE }
/** Against one account from one address, from one device that the account knows, or from one session. */
const ORIGIN: Rule = { max: 10, atOnce: 10, windowSeconds: 10 * MINUTE }
/** Against one account, from everywhere that it does not know. High, because it stops an owner who is somewhere new. */
const OWNER: Rule = { max: 100, atOnce: 100, windowSeconds: 10 * MINUTE }
/** Against one account, by those who are signed in to it. */
const SESSIONS: Rule = { max: 20, atOnce: 20, windowSeconds: 10 * MINUTE }
/** A class signs up in a minute; and a school in an hour. */
const SIGN_UPS: readonly [name: string, rule: Rule][] = [
  ['address', { max: 60, atOnce: 60, windowSeconds: MINUTE }],
  ['address an hour', { max: 300, atOnce: 300, windowSeconds: HOUR }],
]

export type Attempt = {
  /** What is attempted; different things are counted apart. */
  what: 'sign-in' | 'sign-up' | 'password' | 'mail' | 'reset' | 'verify' | 'passkey'
  ipAddress: string | null
  /** The name that we have given to the browser, where we have. */
  device: string | undefined
}

export type Counting = {
  /**
   * Counts what is done to one account, once the request has said which. Whether there is such an account makes no
   * difference. @throws Problem `rate_limited` when there was too much.
   */
  account: (of: { email?: string | undefined; session?: OwnSession | undefined }) => Promise<void>
  /** Has to be said before the answer goes out: whether it was the owner. */
  settle: (outcome: Outcome) => Promise<void>
}

export type OwnSession = { id: string; userId: string }

/** What is pending until somebody knows whether it was the owner. */
const FORGIVEN = new Set<Attempt['what']>(['sign-in', 'password', 'passkey'])

export function createThrottle(pool: Pool, marks: Marks) {
  /** Counts what one address does, before its body is read. @throws Problem `rate_limited` when there was too much. */
  async function enter({ what, ipAddress, device }: Attempt): Promise<Counting> {
    const isPending = FORGIVEN.has(what)
    const address = normalizeIP(ipAddress ?? 'unknown')
    const entered: { key: string; isOrigin: boolean }[] = []

    async function count(name: string, rule: Rule, ...texts: string[]): Promise<void> {
      const key = `${what} ${name} ${marks.mark('attempt', what, name, ...texts).toString('base64url')}`
      const seconds = await enterAttempt(pool, key, rule, isPending)
      if (seconds !== undefined) {
        throw rateLimited(rule.max, seconds)
      }
      entered.push({ key, isOrigin: rule === ORIGIN })
    }

    async function countAddress(): Promise<void> {
      if (what !== 'sign-up') return count('address', ADDRESS, address)
      for (const [name, rule] of SIGN_UPS) await count(name, rule, address)
    }

    async function countEmail(account: string): Promise<void> {
      const known = what === 'sign-in' ? await knownPlaces(account) : []
      // A browser that the account knows stands for itself: what others try from its address is not against it.
      if (isNamed && known.includes('device')) return count('known device', ORIGIN, account, device ?? '')
      if (isNamed) await countAddress()
      await count('origin', ORIGIN, account, address)
      if (!known.includes('address')) await count('owner', OWNER, account)
    }

    const knownPlaces = (email: string) =>
      findKnownPlaces(pool, email, {
        address: marks.mark('address', address),
        device: device === undefined ? undefined : marks.mark('device', device),
      })

    // Which account the browser may be known to, the body says. Until then it counts for itself.
    const isNamed = what === 'sign-in' && device !== undefined
    await (isNamed ? count('device', ADDRESS, device) : countAddress())
    return {
      account: async ({ email, session }) => {
        if (session) {
          await count('session', ORIGIN, session.id)
          await count('sessions', SESSIONS, session.userId)
        } else if (email !== undefined) await countEmail(email.trim().toLowerCase())
        else if (isNamed) await countAddress()
      },
      settle: async (outcome) => {
        if (isPending && entered.length > 0) await settleAttempts(pool, entered, outcome)
      },
    }
  }

  return { enter }
}
