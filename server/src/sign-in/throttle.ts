import { createHash } from 'node:crypto'
import { normalizeIP } from '@fastify/rate-limit'
import type { Pool } from '../database/database.ts'
import { Problem } from '../errors.ts'
import { countAttempt, forgetAttempts } from './queries.ts'

type Rule = { max: number; windowSeconds: number }

/**
 * How often one address may try a thing, whatever account it is about, and how often one account may be tried: from
 * one address, and from all of them. The last is high, because it locks the owner out too.
 */
const RULES: Record<'address' | 'account' | 'accountFromAll', Rule> = {
  address: { max: 20, windowSeconds: 60 },
  account: { max: 10, windowSeconds: 600 },
  accountFromAll: { max: 100, windowSeconds: 600 },
}

export type Attempt = {
  /** What is attempted; different things are counted apart. */
  what: string
  ipAddress: string | null
  /** Of the account that it is about, where the request names one. Whether there is such an account makes no difference. */
  email: string | undefined
}

export type Throttle = {
  /** @throws Problem `rate_limited` when there were too many. */
  count: (attempt: Attempt) => Promise<void>
  /** The account's owner was right: what was counted against the account from here is forgotten. */
  forgive: (attempt: Attempt) => Promise<void>
}

export function createThrottle(pool: Pool): Throttle {
  return {
    count: async (attempt) => {
      for (const [name, key] of Object.entries(keysOf(attempt))) {
        const { max, windowSeconds } = RULES[name as keyof typeof RULES]
        const { count, seconds } = await countAttempt(pool, key, windowSeconds)
        if (count > max) {
          throw new Problem('rate_limited', {
            params: { max, seconds },
            headers: { 'retry-after': String(Math.max(1, seconds)) },
          })
        }
      }
    },
    forgive: async (attempt) => {
      const { account } = keysOf(attempt)
      if (account !== undefined) await forgetAttempts(pool, [account])
    },
  }
}

/** In the order in which they are counted: an address that is stopped counts no further against the account. */
function keysOf({ what, ipAddress, email }: Attempt): { [Name in keyof typeof RULES]?: string } {
  const address = normalizeIP(ipAddress ?? 'unknown')
  if (email === undefined) return { address: `${what} ${address}` }
  // The table need not tell who was tried, and a key has to be short.
  const account = createHash('sha256').update(email.trim().toLowerCase()).digest('base64url')
  return {
    address: `${what} ${address}`,
    account: `${what} ${account} ${address}`,
    accountFromAll: `${what} ${account}`,
  }
}
