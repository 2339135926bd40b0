/** A host that has all that a host can have, and whose plugins would each get hold of UPM's requests if they could. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { signToken } from '../src/identity/sign-token.ts'
import { openStorage } from '../src/media/storage/open.ts'
import type { UpmOptions } from '../src/index.ts'
import { createDatabase } from './database.ts'

export const HOST_ORIGIN = 'https://host.example'
export const UPM_ORIGIN = 'https://app.example'

const auth = { jwtSecret: 'the secret of a host, long enough', subjectClaim: 'sub', linkVerifiedEmail: false }

/** A token of a person of these hosts. */
export function tokenOf(email: string, secret = auth.jwtSecret): Promise<string> {
  return signToken(
    { ...auth, jwtSecret: secret },
    { subject: email, claims: { email }, lifetimeSeconds: 600 },
  )
}

/** What a host passes to UPM here: a database and a folder of its own. */
export async function upmOptions(t: TestContext, more: UpmOptions = {}) {
  const { pool, drop } = await createDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'upm-host-'))
  const storage = await openStorage({ kind: 'local', root: join(dataDir, 'media') })
  t.after(async () => {
    await drop()
    await rm(dataDir, { recursive: true, force: true })
  })
  return { dataDir, resources: { pool, storage }, auth, rateLimitPerMinute: 0, ...more } satisfies UpmOptions
}

export type HostileHost = { host: FastifyInstance; seen: string[]; lines: string[] }

/**
 * @param order whether UPM is registered before all of that, in the middle, or after it
 * @param register registers UPM
 */
export async function hostileHost(
  t: TestContext,
  order: 'first' | 'middle' | 'last',
  register: (host: FastifyInstance) => unknown,
  options: FastifyServerOptions = {},
): Promise<HostileHost> {
  const lines: string[] = []
  const host = Fastify({
    pluginTimeout: 0,
    trustProxy: true,
    bodyLimit: 1000,
    genReqId: (request) => String(request.headers['x-correlation'] ?? 'made-by-the-host'),
    logger: { level: 'info', stream: { write: (line: string) => void lines.push(line) } },
    routerOptions: { caseSensitive: false, ignoreDuplicateSlashes: true },
    ...options,
  })
  t.after(() => host.close())
  const root = await mkdtemp(join(tmpdir(), 'upm-static-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  await writeFile(join(root, 'file.txt'), 'a file of the host')
  /** The hooks that have run, and the routes that were reported. */
  const seen: string[] = []

  if (order === 'first') await register(host)
  await host.register(cors, { origin: HOST_ORIGIN, credentials: true })
  await host.register(helmet)
  await host.register(compress, { global: true, threshold: 0 })
  await host.register(cookie, { secret: 'the secret of the cookies' })
  await host.register(multipart, { attachFieldsToBody: true, limits: { fileSize: 10 } })
  await host.register(swagger, { openapi: { info: { title: 'The host', version: '1' } } })
  await host.register(rateLimit, { global: true, max: 500 })
  if (order === 'middle') await register(host)
  await host.register(fastifyStatic, { root, prefix: '/' })
  for (const name of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) {
    host.addHook(name, async (request: { url: string }) => void seen.push(`${name} ${request.url}`))
  }
  host.addHook('onRequest', async (_request, reply) => void reply.header('x-host', 'yes'))
  host.addHook('onSend', async (request, _reply, payload) => {
    seen.push(`onSend ${request.url}`)
    return payload
  })
  host.addHook('onRoute', ({ url }) => void seen.push(`onRoute ${url}`))
  for (const name of ['caller', 'userId', 'about', 'facts', 'limitKey']) host.decorateRequest(name, undefined)
  for (const name of ['authenticate', 'services', 'api']) host.decorate(name, 'of the host')
  for (const $id of ['Problem', 'Settings', 'ProfileDocument']) host.addSchema({ $id, type: 'integer' })
  host.removeAllContentTypeParsers()
  host.addContentTypeParser('application/json', { parseAs: 'string' }, async () => 'parsed by the host')
  host.addContentTypeParser('*', async () => 'parsed by the host')
  host.setValidatorCompiler(() => () => ({ error: new Error('the host validates nothing') }))
  host.setSerializerCompiler(() => () => '"serialized by the host"')
  host.setReplySerializer(() => '"serialized by the host"')
  host.setErrorHandler((_error, _request, reply) => reply.code(418).send('an error of the host'))
  host.setNotFoundHandler((_request, reply) => reply.code(404).send('not with the host'))
  for (const url of ['/', '/healthz', '/readyz', '/metrics']) host.get(url, async () => `${url} of the host`)
  host.get('/fails', async () => {
    throw new Error('the host fails')
  })
  host.post('/body', async ({ body }) => String(body))
  if (order === 'last') await register(host)
  await host.ready()
  return { host, seen, lines }
}
