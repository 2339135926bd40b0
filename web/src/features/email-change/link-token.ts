/** The token of a link in a mail. It stands in the fragment, which no server gets to see. Pure. */
export function linkToken(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') || undefined
}
