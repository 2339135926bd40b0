/** What the mock answers itself: forced answers, and the reset. All else it hands on to the server, perhaps later. */
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import type { Config } from '../config/config.ts'
import { Problem, problems, type Language, type ProblemType } from '../errors.ts'
import { registerAnswers } from '../http/answers.ts'
import { firstPreferences, requestedLanguage, writtenLanguage } from '../http/language.ts'
import { PROBLEM_CONTENT_TYPE, sendProblem } from '../http/problem.ts'
import { textOf } from '../values.ts'
import { chooseAnswer, type Answer } from './answers.ts'
import { readPreferences, type Preferences } from './preferences.ts'
import { mockProblems } from './problems.ts'
import { translateProblem } from './translate.ts'
import type { Worlds } from './worlds.ts'

export type DeskOptions = {
  config: Config
  worlds: Worlds
  problems: readonly ProblemType[]
  /** Hands a request on to the server. */
  forward: (request: FastifyRequest['raw'], reply: FastifyReply['raw']) => void
  /** The header by which the server knows who is asking. */
  exchange: (header: string) => Promise<string>
}

/** The addresses of the mock itself. */
export const MOCK_PATH = '/__mock/'

const RESET_PATH = `${MOCK_PATH}reset`

export async function createDesk(options: DeskOptions): Promise<FastifyInstance> {
  const { config, worlds, forward } = options
  const types = new Map(options.problems.map((type) => [type.code, type]))
  const desk = Fastify({ routerOptions: { ignoreTrailingSlash: true }, forceCloseConnections: true })
  const defaultLanguage = writtenLanguage(config.uiLanguages[0] ?? 'en')
  await registerAnswers(desk, config)
  // Bodies are left for the server.
  desk.removeAllContentTypeParsers()
  desk.addContentTypeParser('*', (_request, _payload, done) => done(null))
  desk.setErrorHandler(async (error, request, reply) =>
    sendProblem(error, request, reply, await languageOf(request)),
  )

  /** As the server finds it: what the request asks for, else what the person has set. */
  async function languageOf(request: FastifyRequest): Promise<Language> {
    const requested = requestedLanguage(request)
    if (requested) return requested
    const { authorization: sent } = request.headers
    if (sent === undefined) return defaultLanguage
    const headers = { authorization: await options.exchange(sent) }
    const settings = await worlds.app().inject({ url: '/api/me/settings/', headers })
    return settings.statusCode === 200
      ? writtenLanguage(textOf(settings.json(), 'ui_language') ?? defaultLanguage)
      : defaultLanguage
  }

  async function force(
    request: FastifyRequest,
    reply: FastifyReply,
    preferences: Preferences,
  ): Promise<FastifyReply> {
    const [path = ''] = request.url.split('?')
    const operation = await worlds.findOperation(request.method, path)
    if (!operation) {
      throw new Problem(mockProblems.preference_without_operation, {
        params: { operation: `${request.method} ${path.slice(0, 200)}` },
      })
    }
    const accept = firstPreferences(request.headers.accept || '*/*')
    const answer = chooseAnswer(operation, preferences, (given) =>
      new Negotiator({ headers: { accept } }).mediaType(given),
    )
    const exposed = [reply.getHeader('access-control-expose-headers'), 'Preference-Applied']
    reply.code(answer.status).headers({
      'preference-applied': preferences.applied,
      'access-control-expose-headers': exposed.filter(Boolean).join(', '),
      'cache-control': 'no-store',
      ...usualHeaders(answer),
      ...answer.headers,
    })
    if (answer.type === undefined) return reply.send()
    if (answer.type !== PROBLEM_CONTENT_TYPE) return sendBody(reply, answer.type, answer.body)
    const language = await languageOf(request)
    reply.header('content-language', language)
    return sendBody(reply, answer.type, translateProblem(answer.body, types, language))
  }

  desk.post(RESET_PATH, async (_request, reply) => {
    await worlds.reset()
    return reply.code(204).send()
  })

  // OPTIONS is answered as CORS wants it.
  const method = desk.supportedMethods.filter((name) => name !== 'OPTIONS')
  desk.route({ method, url: '*', handler })

  async function handler(request: FastifyRequest, reply: FastifyReply) {
    if (request.url.startsWith(MOCK_PATH)) throw new Problem(problems.not_found)
    const preferences = readPreferences(request.headers.prefer)
    if (preferences.delayMs !== undefined && !(await wait(preferences.delayMs, request)))
      return reply.hijack()
    const { status, code, example, applied } = preferences
    if (status === undefined && code === undefined && example === undefined) {
      if (applied !== '') reply.raw.setHeader('preference-applied', applied)
      reply.hijack()
      forward(request.raw, reply.raw)
      return
    }
    return force(request, reply, preferences)
  }
  await desk.ready()
  return desk
}

/** Resolves with whether somebody still waits for the answer. */
async function wait(ms: number, { raw }: FastifyRequest): Promise<boolean> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  raw.socket.once('close', leave)
  try {
    await sleep(ms, undefined, { signal: gone.signal })
    return true
  } catch {
    return false
  } finally {
    raw.socket.off('close', leave)
  }
}

/** What the server sends with such an answer, where the contract has no example of it. */
function usualHeaders({ status, code }: Answer): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  if (status === 429 || status === 503 || code === 'rate_limited') return { 'retry-after': '12' }
  return {}
}

function sendBody(reply: FastifyReply, type: string, body: unknown): FastifyReply {
  // A stream of lines or of cells is a text in the contract.
  return reply
    .type(type)
    .send(typeof body === 'string' && !/[/+]json$/.test(type) ? body : JSON.stringify(body))
}
