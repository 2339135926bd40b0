/** The access token, or what gives it; undefined: signed out. */
export type TokenSource = string | (() => string | undefined | Promise<string | undefined>)

/**
 * Gets a new access token in the place of one that the server no longer takes (401): with a refresh token, say.
 *
 * Called once for each expired token, however many requests it fails; they all wait, and each is sent once more with
 * the new one. undefined says that there is none: the requests fail with their 401, and this token is not asked about
 * again, until somebody signs in. What it throws is what the waiting requests throw; the next 401 asks again. Of the
 * client that it belongs to it may use `auth` and `catalogues`; all other requests would wait for it.
 */
export type RefreshToken = (expired: string | undefined) => string | undefined | Promise<string | undefined>

export type Tokens = {
  /** The token to send, after any refresh that is under way. */
  current: () => Promise<string | undefined>
  /** The token to try again with after a 401; undefined when there is no other. */
  renew: (refused: string | undefined) => Promise<string | undefined>
  /** Forgets what was refreshed: it was of somebody else. */
  forget: () => void
}

type Renewal = {
  /** What the source said then: as long as it says the same, the fresh token stands for it. */
  given: string | undefined
  expired: string | undefined
  fresh: Promise<string | undefined>
}

/** What the source says now. */
export async function tokenOf(source: TokenSource | undefined): Promise<string | undefined> {
  return typeof source === 'function' ? source() : source
}

export function createTokens(source?: TokenSource, refresh?: RefreshToken): Tokens {
  let renewal: Renewal | undefined

  async function look() {
    const given = await tokenOf(source)
    const token = renewal?.given === given && renewal ? ((await renewal.fresh) ?? renewal.expired) : given
    return { given, token }
  }

  /** Starts a refresh, or joins the one of the same token. */
  function refreshOnce(ask: RefreshToken, given: string | undefined, expired: string | undefined) {
    if (renewal && renewal.given === given && renewal.expired === expired) return renewal.fresh
    const previous = renewal
    const mine: Renewal = { given, expired, fresh: Promise.resolve(expired).then(ask) }
    renewal = mine
    mine.fresh.catch(() => {
      if (renewal === mine) renewal = previous
    })
    return mine.fresh
  }

  return {
    current: async () => (await look()).token,
    renew: async (refused) => {
      if (!refresh) return undefined
      const { given, token } = await look()
      // Somebody else has renewed it, or signed in, while this request was under way.
      const fresh = token === refused ? await refreshOnce(refresh, given, refused) : token
      return fresh === refused ? undefined : fresh
    },
    forget: () => {
      renewal = undefined
    },
  }
}
