/** What the server says will go (RFC 9745, RFC 8594), told to developers once. */
import { platform, type ResponseLike } from './platform.ts'

export type Deprecation = {
  /** What is deprecated: an operation (`GET /api/me/profile/`), perhaps with a field or a parameter after it. */
  names: readonly string[]
  since: Date | undefined
  /** Until when it stays. */
  sunset: Date | undefined
  /** A page that says what to use instead. */
  link: string | undefined
}

export type OnDeprecation = (deprecation: Deprecation) => void

/** Bundlers put a text in the place of this; without one, browsers have no `process`. */
declare const process: { env: { NODE_ENV?: string } }

function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}

/**
 * Looks at answers, and tells of each deprecation once.
 *
 * @param tell default: `console.warn`, while developing
 */
export function createDeprecations(
  resolveUrl: (url: string) => string,
  tell?: OnDeprecation,
): (response: ResponseLike) => void {
  const told = new Set<string>()
  return ({ headers }) => {
    const deprecated = headers.get('deprecation')
    if (deprecated === null) return
    const link = headers.get('link') ?? ''
    const found = /<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)/g
    const [, url, parameters = ''] =
      [...link.matchAll(found)].find(([, , about = '']) => /\brel="?deprecation\b/.test(about)) ?? []
    const names = /\btitle="([^"]*)"/.exec(parameters)?.[1]?.split(', ') ?? []
    const key = `${deprecated} ${url} ${names.join()}`
    if (told.has(key)) return
    told.add(key)
    const seconds = /^@(-?\d+)$/.exec(deprecated.trim())?.[1]
    const notice: Deprecation = {
      names,
      since: seconds === undefined ? undefined : new Date(Number(seconds) * 1000),
      sunset: dateOf(headers.get('sunset')),
      link: url === undefined ? undefined : resolveUrl(url),
    }
    if (tell) tell(notice)
    else if (isDevelopment()) platform.console?.warn(sentence(notice))
  }
}

function dateOf(text: string | null): Date | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : new Date(time)
}

function sentence({ names, since, sunset, link }: Deprecation): string {
  const day = (date: Date) => date.toISOString().slice(0, 10)
  return [
    `UPM: ${names.length === 0 ? 'something that this program uses' : names.join(', ')} is deprecated`,
    since ? ` since ${day(since)}` : '',
    sunset ? ` and will be removed after ${day(sunset)}` : '',
    '.',
    link === undefined ? '' : ` What to use instead: ${link}`,
  ].join('')
}
