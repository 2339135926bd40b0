import { pageProblems } from './problems.ts'
import fastifyStatic from '@fastify/static'
import { Type } from 'typebox'
import { Problem } from '../errors.ts'
import { ROBOTS } from './companions.ts'
import type { Page } from './page.ts'
import { PAGE_PATHS } from '../config/page-paths.ts'
import type { App } from '../http/app.ts'

const HOUR = 'public, max-age=3600'

export type PageRoutesOptions = {
  /** Undefined: it was not built. */
  page: Page | undefined
}

/** The account page and the files that it loads. */
export async function pageRoutes(app: App, { page }: PageRoutesOptions): Promise<void> {
  app.addHook('onRoute', (route) => {
    // All of it is memory or a file: nothing that a limit would have to save.
    route.config = { ...route.config, access: 'public', limited: false }
    // What stands behind the "?" is for the page, or for nobody.
    route.schema = { ...route.schema, hide: true, querystring: Type.Object({}) }
  })
  for (const path of PAGE_PATHS) {
    app.get(path, async (_request, reply) => {
      if (!page) throw new Problem(pageProblems.page_missing)
      return page.send(reply, app.prefix)
    })
  }
  // Password managers ask for it (W3C, “A Well-Known URL for Changing Passwords”); nothing may be shown there itself.
  app.get('/.well-known/change-password', async (_request, reply) =>
    reply.header('cache-control', 'no-store').redirect(`${app.prefix}/security#password`, 302),
  )
  // Of a whole host, so where UPM stands below a path, it is the host’s own.
  if (app.prefix === '') {
    app.get('/robots.txt', async (_request, reply) =>
      reply.headers({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': HOUR }).send(ROBOTS),
    )
  }
  if (!page) return app.log.warn('the account page has not been built; run "npm run build"')

  for (const [path, { type, body }] of Object.entries(page.companions)) {
    app.get(path, async (_request, reply) =>
      reply
        .headers({ 'content-type': type, 'cache-control': HOUR, 'x-content-type-options': 'nosniff' })
        .send(body()),
    )
  }

  const files = { decorateReply: false, index: false, preCompressed: true } as const
  // A file of another content has another name.
  await app.register(fastifyStatic, {
    ...files,
    root: `${page.folder}/assets`,
    prefix: '/assets/',
    maxAge: '1y',
    immutable: true,
    allowedPath: (path) => !isCompanion(path),
  })
  // The rest keeps its names: web/public.
  await app.register(fastifyStatic, {
    ...files,
    root: page.folder,
    wildcard: false,
    globIgnore: ['assets/**', 'build.json', 'index.html', '**/*.br', '**/*.gz'],
    maxAge: '1h',
  })
}

/** Sent in the place of the file that it belongs to, never by itself. */
function isCompanion(path: string): boolean {
  return /\.(?:br|gz)$/.test(path)
}
