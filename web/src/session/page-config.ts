import type { Labels } from '../i18n/labels.ts'

/** What the server says of itself in the page, so that the page need not ask before it can be drawn. */
export type PageConfig = {
  /** The prefix that a host has put the page under, without a slash at the end; '' at the root. */
  basePath: string
  /** The bundled sign-in, and who may sign up; null where another service signs people in. */
  signIn: { mail: boolean; signUp: 'open' | 'invited' | 'off'; roles: readonly string[] | null } | null
  /** Where that service is. */
  signInUrl: string | null
  /** The platform that the page belongs to; null for what nobody has said. */
  brand: { name: string | null; logoUrl: string | null; color: string | null }
  supportUrl: string | null
  /** `{id}` in it stands for the id of an account. */
  profileActionUrl: string | null
  termsUrl: string | null
  privacyUrl: string | null
  avatarMaxBytes: number
  /** How many days a deleted account can be restored. */
  graceDays: number
  uiLanguages: readonly string[]
  defaultLanguage: string
  /** The release of the server, which the page belongs to. */
  version: string
  /** What the actions of a host are called, by their codes. */
  actionLabels: Readonly<Record<string, Labels>>
  /** What style elements need to be allowed by the content security policy. */
  styleNonce: string
}

const fallbacks: Omit<PageConfig, 'basePath' | 'styleNonce'> = {
  signIn: { mail: false, signUp: 'open', roles: null },
  signInUrl: null,
  brand: { name: null, logoUrl: null, color: null },
  supportUrl: null,
  profileActionUrl: null,
  termsUrl: null,
  privacyUrl: null,
  avatarMaxBytes: 10 * 1024 * 1024,
  graceDays: 14,
  uiLanguages: ['uk', 'en'],
  defaultLanguage: 'uk',
  version: 'development',
  actionLabels: {},
}

/** Reads `<meta name="upm">`, `<base>` and the nonce, which the server has filled in (server/src/page). */
export function readPageConfig(document: Document): PageConfig {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="upm"]')
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')
  return {
    ...fallbacks,
    ...(JSON.parse(meta?.content || '{}') as Partial<PageConfig>),
    basePath: new URL(document.baseURI).pathname.replace(/\/+$/, ''),
    styleNonce: nonce?.nonce ?? '',
  }
}
