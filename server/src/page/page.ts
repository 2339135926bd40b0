import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config, SignInConfig } from '../config/config.ts'
import type { Language } from '../errors.ts'
import type { Labels } from '../http/schemas.ts'
import type { Action } from '../log/actions.ts'
import { OperatorError } from '../operator-error.ts'
import { isRecord, memberOf } from '../values.ts'
import { version } from '../version.ts'
import { companionsOf } from './companions.ts'
import {
  brandMark,
  brandStyle,
  firstPicture,
  isEntrance,
  productName,
  themeColors,
  type FirstPicture,
} from './first-picture.ts'
import { escapeHtml, fill } from './html.ts'

/** Where the build is: in the package beside the program; in the workspace where web/scripts/build.ts puts it. */
export const BUILD_FOLDER = join(
  import.meta.dirname,
  extname(import.meta.filename) === '.js' ? '../web' : '../../../web/dist',
)

/** What the page has to know before it can ask the API: the content of `<meta name="upm">`, as JSON. */
type PageFacts = {
  /** The sign-in that comes with UPM, whether it sends mails, and who may sign up; null where it is left out. */
  signIn: {
    mail: boolean
    signUp: NonNullable<SignInConfig['signUp']>
    /** The roles that people may choose, where they are not all the profile types. */
    roles: string[] | null
  } | null
  /** Where people sign in instead; null where nobody has said. */
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
  defaultLanguage: string
  uiLanguages: readonly string[]
  /** What the actions of a host are called, by their codes. */
  actionLabels?: Readonly<Record<string, Labels>>
  version: string
}

export type Page = {
  /** The folder of the build. */
  folder: string
  companions: ReturnType<typeof companionsOf>
  /** Answers with the page, as it stands under this prefix, with the status that the reply has. */
  send: (reply: FastifyReply, prefix: string, write?: WriteContent) => FastifyReply
}

/** What an address has to say before its script is there, as HTML. */
type PageContent = {
  /** Text. */
  title: string
  /** Further elements of the head. */
  head: string
  /** What stands in the place of the screen until the script draws it, and where no script is run. */
  body: string
}

/** What the HTML of this answer is written with. */
type Writing = {
  /** That style elements need to be allowed. */
  nonce: string
  /** That of the reader. */
  language: Language
  /** The mark and the name of the brand, as HTML. */
  mark: string
}

type WriteContent = (writing: Writing) => PageContent

/** What web/index.html has in the places that are filled in here; as it is, it works with Vite's own server. */
const BLANKS = {
  html: '<html lang="uk"',
  base: '<base href="/"',
  facts: 'name="upm" content="{}"',
  nonce: 'nonce=""',
  light: 'content="#ffffff"',
  dark: 'content="#1b1e2c"',
  title: '<title>UPM</title>',
  head: '</head>',
  boot: 'data-boot=""',
  mark: '<span>UPM</span>',
} as const

/** Who is signed in is the first thing that the page asks. Here it is asked while the scripts are still on their way. */
const SESSION_LINK = '<link rel="preload" as="fetch" crossorigin href="./api/auth/get-session" />'

/** Reads the page as it was built; undefined when it was not. @throws OperatorError when it is not ours. */
export async function openPage(
  config: Config,
  folder = BUILD_FOLDER,
  actions: readonly Pick<Action, 'code' | 'labels'>[] = [],
): Promise<Page | undefined> {
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (html === undefined) return undefined
  if (
    !Object.values(BLANKS).every((blank) => html.includes(blank)) ||
    !Object.values(PLACES).every((place) => place.test(html))
  ) {
    throw new OperatorError(`The page in ${folder} was built for another release. Run "npm run build".`)
  }
  const style = brandStyle(config)
  // What is the same for everybody. The style has a nonce, which is filled in with the others.
  const template = fill(
    fill(html, BLANKS.facts, `name="upm" content="${escapeHtml(JSON.stringify(facts(config, actions)))}"`),
    BLANKS.head,
    style === '' ? BLANKS.head : `<style ${BLANKS.nonce}>${style}</style></head>`,
  )
  const imageOrigins = [
    ...(config.storage.kind === 's3' ? originOf(config.storage.publicUrl) : []),
    ...originOf(config.brand.logoUrl),
  ]
  const links = await readLinks(folder, config)
  return {
    folder,
    companions: companionsOf(config),
    send: (reply, prefix, write) => {
      const nonce = randomBytes(16).toString('base64')
      const [path = ''] = reply.request.url.slice(prefix.length).split('?')
      const { language, scheme, boot } = firstPicture(path, reply.request.headers, config)
      const colors = themeColors(scheme)
      const schemeAttribute = scheme === undefined ? '' : ` data-mantine-color-scheme="${scheme}"`
      const filled: [blank: string, text: string][] = [
        [BLANKS.html, `<html lang="${language}"${schemeAttribute}`],
        [BLANKS.base, `<base href="${escapeHtml(prefix)}/"`],
        [BLANKS.nonce, `nonce="${nonce}"`],
        [BLANKS.light, `content="${colors.light}"`],
        [BLANKS.dark, `content="${colors.dark}"`],
        [BLANKS.title, `<title>${escapeHtml(productName(config, language))}</title>`],
        [BLANKS.boot, `data-boot="${boot}"`],
        [BLANKS.mark, brandMark(config, language)],
        [BLANKS.head, `${links(firstScreen(reply.request, prefix, boot))}${BLANKS.head}`],
      ]
      const shell = filled.reduce((text, [blank, value]) => fill(text, blank, value), template)
      const body = write
        ? withContent(shell, write({ nonce, language, mark: brandMark(config, language) }))
        : shell
      return reply
        .headers({ ...HEADERS, 'content-security-policy': contentSecurityPolicy(nonce, imageOrigins) })
        .send(body)
    },
  }
}

/** The parts of web/index.html that the content of an address takes the place of. */
const PLACES = {
  title: /(?<=<title>)[^<]*/,
  head: /(?=<\/head>)/,
  // With what is said where no script is run: it holds for screens that need one.
  body: /(?<=<div id="root"[^>]*>).*?<\/div>\s*<noscript>.*?<\/noscript>/s,
}

function withContent(shell: string, { title, head, body }: PageContent): string {
  const put = (html: string, place: RegExp, text: string) => html.replace(place, () => text)
  const withHead = put(put(shell, PLACES.title, escapeHtml(title)), PLACES.head, head)
  return put(withHead, PLACES.body, `${body}</div>`)
}

/**
 * What each screen loads beside what all of them do, by its address, as links for the page: else the browser would learn of it
 * only when the script of the page has run (web/scripts/build.ts).
 */
async function readLinks(
  folder: string,
  { signIn }: Pick<Config, 'signIn'>,
): Promise<(screen: string | undefined) => string> {
  const stamp: unknown = JSON.parse(await readFile(join(folder, 'build.json'), 'utf8').catch(() => '{}'))
  const screens = memberOf(stamp, 'screens')
  const link = (file: string) =>
    file.endsWith('.css')
      ? `<link rel="stylesheet" crossorigin href="./${file}" />`
      : `<link rel="modulepreload" crossorigin href="./${file}" />`
  const byPath = new Map(
    Object.entries(isRecord(screens) ? screens : {}).map(([path, screen]) => {
      const files = memberOf(screen, 'files')
      return [path, Array.isArray(files) ? files.map((file) => link(String(file))).join('') : '']
    }),
  )
  const session = signIn ? SESSION_LINK : ''
  return (screen) => (screen === undefined ? '' : session + (byPath.get(screen) ?? ''))
}

/**
 * The screen that an address leads to, as far as the cookie tells: only the API knows whether the session has ended. Undefined:
 * there is no such address.
 */
function firstScreen(
  { routeOptions }: FastifyRequest,
  prefix: string,
  boot: FirstPicture['boot'],
): string | undefined {
  // The pattern of the address, without a slash at its end.
  const path = routeOptions.url?.slice(prefix.length).replace(/(?<=.)\/$/, '')
  if (path !== '/' && path !== '' && (path === undefined || boot !== 'entrance' || isEntrance(path)))
    return path
  return boot === 'entrance' ? '/sign-in' : '/profile'
}

/** Whether somebody opens an address in a browser, and none of those at which only programs ask. */
export function isNavigation({ method, url, headers }: FastifyRequest, prefix: string): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    (headers.accept ?? '').includes('text/html') &&
    !/^\/(?:api|assets)\//.test(url.slice(prefix.length))
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
    "manifest-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function facts(
  { signIn, auth, roles, brand, avatarMaxBytes, eraseGraceDays, uiLanguages }: Config,
  actions: readonly Pick<Action, 'code' | 'labels'>[],
): PageFacts {
  const actionLabels = Object.fromEntries(
    actions.flatMap(({ code, labels }) => (labels ? [[code, labels] as const] : [])),
  )
  const open = roles && Object.keys(roles).filter((role) => roles[role] === role)
  return {
    signIn: signIn
      ? { mail: signIn.mail !== undefined, signUp: signIn.signUp ?? 'open', roles: open ?? null }
      : null,
    signInUrl: signIn ? null : (auth.signInUrl ?? null),
    brand: { name: brand.name ?? null, logoUrl: brand.logoUrl ?? null, color: brand.color ?? null },
    supportUrl: brand.supportUrl ?? null,
    profileActionUrl: brand.profileActionUrl ?? null,
    termsUrl: brand.termsUrl ?? null,
    privacyUrl: brand.privacyUrl ?? null,
    avatarMaxBytes,
    graceDays: eraseGraceDays,
    defaultLanguage: uiLanguages[0] ?? 'en',
    uiLanguages,
    ...(Object.keys(actionLabels).length > 0 && { actionLabels }),
    version,
  }
}

function originOf(url: string | undefined): string[] {
  // A path is of the page's own origin, which the policy allows.
  return url === undefined || url.startsWith('/') ? [] : [new URL(url).origin]
}
