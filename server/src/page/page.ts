import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { OperatorError } from '../operator-error.ts'
import { version } from '../version.ts'

/** Where web/scripts/build.ts puts the build. */
const BUILD_FOLDER = join(import.meta.dirname, '../../../web/dist')

/** What the page has to know before it can ask the API: the content of `<meta name="upm">`, as JSON. */
type PageFacts = {
  /** The sign-in that comes with UPM, and whether it sends mails; null where it is left out. */
  signIn: { mail: boolean } | null
  /** Where people sign in instead; null where nobody has said. */
  signInUrl: string | null
  avatarMaxBytes: number
  defaultLanguage: string
  uiLanguages: readonly string[]
  version: string
}

export type Page = {
  /** The folder of the build. */
  folder: string
  /** Answers with the page, as it stands under this prefix, with the status that the reply has. */
  send: (reply: FastifyReply, prefix: string) => FastifyReply
}

/** What web/index.html has in the places that are filled in here; as it is, it works with Vite's own server. */
const BLANKS = { base: '<base href="/"', facts: 'name="upm" content="{}"', nonce: 'nonce=""' }

/** Reads the page as it was built; undefined when it was not. @throws OperatorError when it is not ours. */
export async function openPage(config: Config, folder = BUILD_FOLDER): Promise<Page | undefined> {
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (html === undefined) return undefined
  if (!Object.values(BLANKS).every((blank) => html.includes(blank))) {
    throw new OperatorError(`The page in ${folder} is that of another release: run "npm run build".`)
  }
  const template = fill(
    html,
    BLANKS.facts,
    `name="upm" content="${escapeHtml(JSON.stringify(facts(config)))}"`,
  )
  const imageOrigins = config.storage.kind === 's3' ? originOf(config.storage.publicUrl) : []
  return {
    folder,
    send: (reply, prefix) => {
      const nonce = randomBytes(16).toString('base64')
      const body = fill(
        fill(template, BLANKS.base, `<base href="${escapeHtml(prefix)}/"`),
        BLANKS.nonce,
        `nonce="${nonce}"`,
      )
      return reply
        .headers({ ...HEADERS, 'content-security-policy': contentSecurityPolicy(nonce, imageOrigins) })
        .send(body)
    },
  }
}

/** Whether somebody opens an address in a browser, and none of those at which only programs ask. */
export function isNavigation({ method, url, headers }: FastifyRequest): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    (headers.accept ?? '').includes('text/html') &&
    !/^\/(?:api|assets)\//.test(url)
  )
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // The nonce is of this answer alone. And once somebody has signed out, "back" shows nothing of theirs.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Links in mails bring secrets in the address: they are nobody else's business.
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Nothing but what the page uses. Mantine writes styles as it goes, with the nonce; scripts come from files alone. */
function contentSecurityPolicy(nonce: string, imageOrigins: string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // A picture that is being cropped is a blob, its placeholder is data.
    ["img-src 'self' blob: data:", ...imageOrigins].join(' '),
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function facts({ signIn, auth, avatarMaxBytes, uiLanguages }: Config): PageFacts {
  return {
    signIn: signIn ? { mail: signIn.mail !== undefined } : null,
    signInUrl: signIn ? null : (auth.signInUrl ?? null),
    avatarMaxBytes,
    defaultLanguage: uiLanguages[0] ?? 'en',
    uiLanguages,
    version,
  }
}

function originOf(url: string | undefined): string[] {
  return url === undefined ? [] : [new URL(url).origin]
}

function fill(html: string, blank: string, text: string): string {
  // As a function: "$&" in a text is no pattern then.
  return html.replace(blank, () => text)
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
