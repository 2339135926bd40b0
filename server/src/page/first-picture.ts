/** What the first HTML shows before any script has come: the language, the appearance and the brand. Pure. */
import Negotiator from 'negotiator'
import { shadesOf } from '../config/colors.ts'
import type { Config } from '../config/config.ts'
import type { Language } from '../errors.ts'
import { firstPreferences, writtenLanguage } from '../http/language.ts'
import { escapeHtml } from './html.ts'

/** What the page is called where the platform has no name (web/src/shell/texts.ts has the same). */
const PRODUCT = { uk: 'Мій кабінет', en: 'My account' } as const

/** What the page writes into cookies, so that it is known here: web/src/session/kept-choices.ts. */
const COOKIES = { language: 'upm.language', scheme: 'upm.scheme' } as const

/** The colours of the header (web/index.html), which browsers give to what is around the page. */
const HEADER_COLORS = { light: '#ffffff', dark: '#1b1e2c' } as const

export type FirstPicture = {
  language: Language
  /** Undefined: that of the system. */
  scheme: 'light' | 'dark' | undefined
  /** Which shapes stand there until the screen comes. */
  boot: 'account' | 'entrance' | ''
}

const ENTRANCES =
  /^\/(?:sign-in|sign-up|sign-out|forgot-password|reset-password|confirm-email|undo-email)?\/?$/
/** Whether an address is one of those that are for visitors. */
export function isEntrance(path: string): boolean {
  return ENTRANCES.test(path)
}

const ACCOUNT = /^\/(?:profile|visibility|security|settings|activity)\/?$/

/** @param path below the prefix, without what stands behind a "?" */
export function firstPicture(
  path: string,
  headers: { cookie?: string | undefined; 'accept-language'?: string | undefined },
  { uiLanguages, signIn }: Pick<Config, 'uiLanguages' | 'signIn'>,
): FirstPicture {
  const scheme = cookieNamed(headers.cookie, COOKIES.scheme)
  const isVisitor = signIn !== undefined && !/(?:^|[;\s])[\w.-]*session_token=/.test(headers.cookie ?? '')
  const isAtEntrance = isEntrance(path) || (ACCOUNT.test(path) && isVisitor)
  return {
    language: languageOf(headers, uiLanguages),
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : undefined,
    boot: isAtEntrance && isVisitor ? 'entrance' : ACCOUNT.test(path) || path === '/' ? 'account' : '',
  }
}

/** That of the cookie, else what the browser prefers of what is offered, else the first one: as in web/src/i18n/i18n.ts. */
function languageOf(
  headers: { cookie?: string | undefined; 'accept-language'?: string | undefined },
  offered: readonly string[],
): Language {
  const kept = cookieNamed(headers.cookie, COOKIES.language)
  if (kept !== undefined && offered.includes(kept)) return writtenLanguage(kept)
  const header = firstPreferences(headers['accept-language'] ?? '')
  const preferred = new Negotiator({ headers: { 'accept-language': header } })
    .languages()
    .map((wanted) => offered.find((code) => wanted === code || wanted.startsWith(`${code}-`)))
    .find((code) => code !== undefined)
  return writtenLanguage(preferred ?? offered[0] ?? 'en')
}

function cookieNamed(cookies: string | undefined, name: string): string | undefined {
  const start = `${name}=`
  return cookies
    ?.split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(start))
    ?.slice(start.length)
}

/** The name in titles and in the header. */
export function productName({ brand }: Pick<Config, 'brand'>, language: Language): string {
  return brand.name ?? PRODUCT[language]
}

/** The shades of the brand, as variables of CSS; empty where the page keeps its own. */
export function brandStyle({ brand }: Pick<Config, 'brand'>): string {
  if (brand.color === undefined) return ''
  const shades = shadesOf(brand.color).map((shade, index) => `--upm-brand-${index}:${shade}`)
  // More specific than the page's own.
  return `html:root{${shades.join(';')}}`
}

/** The mark of the brand and its name, as web/src/shell/brand.tsx draws them. */
export function brandMark({ brand }: Pick<Config, 'brand'>, language: Language): string {
  const name = `<span>${escapeHtml(productName({ brand }, language))}</span>`
  // How wide a logo is, is known when it has come; one that stands alone is a name by itself.
  if (brand.logoUrl !== undefined) return `<img src="${escapeHtml(brand.logoUrl)}" alt="" />`
  return `<img src="./icon.svg" alt="" />${name}`
}

/** For what is around the page: two colours for the system to choose from, or the one of the chosen appearance. */
export function themeColors(scheme: FirstPicture['scheme']): { light: string; dark: string } {
  return scheme === undefined ? HEADER_COLORS : { light: HEADER_COLORS[scheme], dark: HEADER_COLORS[scheme] }
}
