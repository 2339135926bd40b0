/**
 * Tokens of another service. It gets `return_to` and a `state`, and comes back with `#access_token=…&state=…`: a
 * fragment is sent to no server, and the state shows that this tab has asked, so that nobody can slip their own token
 * in. The token is kept as long as the tab.
 */
export const outsideTokens = {
  /** The address of the other service's sign-in, with what it needs to come back. */
  request(signInUrl: string, returnTo: string): string {
    const state = crypto.randomUUID()
    sessionStorage.setItem(STATE_KEY, state)
    const url = new URL(signInUrl)
    url.searchParams.set('return_to', returnTo)
    url.searchParams.set('state', state)
    return url.href
  },

  /** The token that has just been brought, or that this tab has already. */
  take(): string | undefined {
    const fragment = new URLSearchParams(location.hash.slice(1))
    const [token, state] = [fragment.get('access_token'), fragment.get('state')]
    if (token !== null) {
      history.replaceState(history.state, '', location.pathname + location.search)
      const expected = sessionStorage.getItem(STATE_KEY)
      sessionStorage.removeItem(STATE_KEY)
      if (expected !== null && state === expected) sessionStorage.setItem(TOKEN_KEY, token)
    }
    return sessionStorage.getItem(TOKEN_KEY) ?? undefined
  },

  forget(): void {
    sessionStorage.removeItem(TOKEN_KEY)
  },
}

const TOKEN_KEY = 'upm.token'
const STATE_KEY = 'upm.sign-in-state'
