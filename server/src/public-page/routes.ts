import { Type } from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { PERSON_PATH } from '../config/page-paths.ts'
import type { Directory } from '../directory/directory.ts'
import { readId } from '../directory/id.ts'
import { Problem, problems, type Language } from '../errors.ts'
import type { App } from '../http/app.ts'
import { toProblem } from '../http/problem.ts'
import { exceptParams } from '../http/validation.ts'
import { pageProblems } from '../page/problems.ts'
import type { Page } from '../page/page.ts'
import { bodyOf, nobodyBody } from './body.ts'
import { headOf, nobodyHead, titleOf } from './head.ts'
import type { Place } from './place.ts'
import { trusted } from './html.ts'
import { noSeed, seedOf, seedScript } from './seed.ts'
import { texts } from './texts.ts'
import { viewOf, type Catalogue } from './view.ts'

export type PublicPageRoutesOptions = {
  /** Undefined: it was not built. */
  page: Page | undefined
  directory: Directory
  catalogue: Catalogue
  config: Pick<Config, 'publicUrl' | 'brand'>
}

/**
 * Somebody's public page, readable before its script is there. It costs one statement, and counts against the limit of the
 * address that asks, as the API does.
 */
export async function publicPageRoutes(
  app: App,
  { page, directory, catalogue, config }: PublicPageRoutesOptions,
): Promise<void> {
  const place: Place = {
    origin: config.publicUrl,
    prefix: app.prefix,
    brand: config.brand.name,
    actionUrl: config.brand.profileActionUrl,
  }
  app.get(
    PERSON_PATH,
    {
      config: { access: 'public' },
      // What stands behind the "?" is for the page, or for nobody.
      schema: {
        hide: true,
        description: 'Somebody’s public page.',
        querystring: Type.Object({}),
        params: Type.Object({ id: Type.String() }),
      },
      // Nobody has judged the id yet: what can be nobody's is answered as what is nobody's.
      validatorCompiler: exceptParams(app),
      errorHandler: (error, request, reply) => void sendWithout(error, request, reply),
    },
    async (request, reply) => {
      if (!page) throw new Problem(pageProblems.page_missing)
      const profile = await directory.getPublicProfile(readId(request.params.id))
      return page.send(reply, app.prefix, ({ nonce, language, mark }) => {
        const view = viewOf(profile, language, catalogue)
        reply.headers(inLanguage(language))
        const head = [headOf(view, place, nonce), seedScript(seedOf(view, catalogue))]
        return {
          title: titleOf(view, place),
          head: head.join(''),
          body: String(bodyOf(view, place, trusted(mark))),
        }
      })
    },
  )

  /** The page says to people what is wrong, in their language, and never what is hidden: 404 is the same for all. */
  function sendWithout(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const problem = toProblem(error, request)
    if (!page) throw problem
    request.problemCode = problem.code
    if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem }, 'request failed')
    reply.code(problem.status).headers({ ...problem.headers, 'x-robots-tag': 'noindex' })
    if (problem.code !== problems.not_found.code) return page.send(reply, app.prefix)
    return page.send(reply, app.prefix, ({ language, mark }) => {
      reply.headers(inLanguage(language))
      return {
        title: titleOf({ title: texts[language].nobodyTitle }, place),
        head: [nobodyHead(), seedScript(noSeed())].join(''),
        body: String(nobodyBody(language, place, trusted(mark))),
      }
    })
  }
}

/** Also a cookie chooses it, but nobody stores the answer. */
const inLanguage = (language: Language) => ({ 'content-language': language, vary: 'Accept-Language' })
