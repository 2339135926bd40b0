/** Finds the web addresses in a text that somebody wrote. Pure. The server does the same (server/src/public-page/links.ts). */

export type Part = { text: string; href?: string }

/**
 * The text in parts that make it up again; those that are addresses have an `href`. Only `http:` and `https:` with a host
 * that is what it looks like become links.
 */
export function splitLinks(text: string): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutPunctuation(match[0])
    const href = hrefOf(address, text.slice(match.index + match[0].length))
    if (href === undefined) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: address, href })
    end = match.index + address.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

/** Up to a space, a quotation mark, a picture, or a character that cannot be seen. */
const ADDRESS = /(?<![\p{L}\p{N}_])https?:\/\/[^\s\p{Z}\p{C}\p{Extended_Pictographic}<>"«»“”„`]+/giu
const MAX_LENGTH = 2000

/** An address without what ends the sentence; a bracket stays if it was opened within the address. */
function withoutPunctuation(address: string): string {
  let rest = address
  for (;;) {
    const last = rest.at(-1) ?? ''
    const opening = BRACKETS.get(last)
    const isLoose = opening !== undefined && rest.split(opening).length < rest.split(last).length
    if (!isLoose && !/[.,;:!?…'’*_~]/u.test(last)) return rest
    rest = rest.slice(0, -1)
  }
}

const BRACKETS = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
])

function hrefOf(address: string, following: string): string | undefined {
  // What goes on with a character that cannot be seen may read as another address than it is.
  if (/^[\p{Cf}\p{Cc}]/u.test(following) && !/^[\n\r\t]/.test(following)) return undefined
  if (address.length > MAX_LENGTH || !URL.canParse(address)) return undefined
  const { href, hostname, username, password } = new URL(address)
  const [, host = ''] = /^https?:\/\/([^/?#:]*)/i.exec(address) ?? []
  // "https://bank.example@evil.example" is not at the bank.
  if (username !== '' || password !== '' || address.split(/[/?#]/, 3).join('').includes('@')) return undefined
  // Letters of two scripts, one of them Latin, may be there to look like others.
  const isOfOneScript = /^[\p{Script=Latin}\p{N}.-]+$/u.test(host) || !/\p{Script=Latin}/u.test(host)
  return hostname.includes('.') && isOfOneScript ? href : undefined
}
