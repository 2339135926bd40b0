import { LruMap } from 'toad-cache'
import type { Caller } from '../accounts/caller.ts'

const MOST = 10_000

/**
 * However often it is used, an account is looked up again after so long: another process may have given the identity to
 * another account that is there as well.
 */
const MAX_AGE_MS = 5 * 60_000

/**
 * Which account an identity opens, as of its last look-up. It is kept beside the verified tokens and not with them: a token
 * stays valid when its account is deleted, and then opens another one.
 */
export function createKnownAccounts() {
  const known = new LruMap<number>(MOST, MAX_AGE_MS)
  return {
    find: (caller: Identity): number | undefined => known.get(keyOf(caller)),
    remember: (caller: Identity, userId: number): void => known.set(keyOf(caller), userId),
    /** The account is gone, or its identities are another's now: they are looked up again. */
    forget: (userId: number): void => {
      for (const [key, { value }] of known.items) if (value === userId) known.delete(key)
    },
  }
}

type Identity = Pick<Caller, 'issuer' | 'subject'>

/** Neither has a NUL in it: the database could not keep it. */
const keyOf = ({ issuer, subject }: Identity) => `${issuer}\0${subject}`
