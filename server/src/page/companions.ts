/** What stands beside the page under names that others look for: icons, the manifest, and hints for programs. Pure. */
import { readable } from '../config/colors.ts'
import type { Config } from '../config/config.ts'
import { productName } from './first-picture.ts'
import { DEFAULT_COLOR, icoIcon, pngIcon, svgIcon } from './icons.ts'
import { writtenLanguage } from '../http/language.ts'

type Companion = { type: string; body: () => string | Buffer }

/** By its address below the prefix. A body is made when it is first asked for. */
export function companionsOf(
  config: Pick<Config, 'brand' | 'uiLanguages'>,
): Readonly<Record<string, Companion>> {
  const color = config.brand.color === undefined ? DEFAULT_COLOR : readable(config.brand.color)
  const png = (side: number, isWhole = false): Companion => ({
    type: 'image/png',
    body: once(() => pngIcon(side, color, { isWhole })),
  })
  return {
    '/icon.svg': { type: 'image/svg+xml', body: once(() => svgIcon(color)) },
    '/favicon.ico': { type: 'image/vnd.microsoft.icon', body: once(() => icoIcon(color)) },
    '/apple-touch-icon.png': png(180, true),
    '/icon-192.png': png(192),
    '/icon-512.png': png(512),
    '/icon-maskable.png': png(512, true),
    '/manifest.webmanifest': {
      type: 'application/manifest+json; charset=utf-8',
      body: once(() => JSON.stringify(manifest(config))),
    },
  }
}

/** Web Application Manifest (W3C). Its addresses are relative to its own, so they stand under the prefix. */
function manifest({ brand, uiLanguages }: Pick<Config, 'brand' | 'uiLanguages'>) {
  const language = writtenLanguage(uiLanguages[0] ?? 'en')
  const name = productName({ brand }, language)
  return {
    name,
    short_name: name,
    lang: language,
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: '#f6f5f1',
    theme_color: '#ffffff',
    icons: [
      { src: './icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: './icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: './icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: './icon-maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  }
}

/** RFC 9309. Profiles may be found by search engines; what belongs to one person may not. */
export const ROBOTS = [
  'User-agent: *',
  ...[
    '/api/',
    '/profile',
    '/visibility',
    '/security',
    '/settings',
    '/activity',
    '/sign-out',
    '/forgot-password',
    '/reset-password',
    '/confirm-email',
    '/undo-email',
  ].map((path) => `Disallow: ${path}`),
  '',
].join('\n')

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
