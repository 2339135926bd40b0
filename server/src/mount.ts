/** UPM in the app of a host: its addresses lead to an instance of its own, which knows nothing of the host. */
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ConfigError } from './config/config.ts'
import { OperatorError } from './operator-error.ts'
import { isRecord } from './values.ts'

/** What a host has itself, and keeps where UPM has no prefix of its own. */
const OF_THE_HOST = new Set(['/healthz', '/readyz', '/metrics'])

/** The ids that hosts gave to requests which they passed on. */
const ids = new WeakMap<IncomingMessage, string>()

export function requestIdOfHost(request: IncomingMessage): string | undefined {
  return ids.get(request)
}

export type Mounted = {
  inner: FastifyInstance
  /** The patterns of its addresses, as a whole. */
  urls: ReadonlySet<string>
  /** What UPM is below, beside the prefix of the host's own context; all that is there is UPM's. Empty: it has single addresses. */
  prefix: string
}

/** @throws ConfigError */
export function checkPrefix(prefix: string, page: boolean): void {
  const problems: string[] = []
  if (prefix !== '' && !/^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(prefix)) {
    problems.push(
      `prefix must be a path that starts with a slash and ends without one, such as /account; it is ${JSON.stringify(prefix)}.`,
    )
  }
  if (prefix === '' && page) problems.push('prefix is required with page: the page of a host is at "/".')
  if (problems.length > 0) throw new ConfigError(problems)
}

/** Leads the addresses of `inner` from the host to it, past all that the host does with its own. */
export async function mount(host: FastifyInstance, { inner, urls, prefix }: Mounted): Promise<void> {
  const pass = (request: FastifyRequest, reply: FastifyReply) => {
    ids.set(request.raw, request.id)
    // Fastify does nothing more with the request: the body is unread, and no header of the answer is set.
    reply.hijack()
    inner.routing(request.raw, reply.raw)
  }
  const all = (context: FastifyInstance, url: string) =>
    // Without a call of "done" nothing comes after this hook, which is the first.
    context.all(url, { onRequest: (request, reply, _done) => pass(request, reply) }, () => {})

  const own = [...urls]
    .filter((url) => url.startsWith('/'))
    .map((url) => url.slice(host.prefix.length))
    .filter((url) => !OF_THE_HOST.has(url))
  await host.register(
    async (context) => {
      refuseHooks(context)
      if (prefix !== '') {
        all(context, '/')
        all(context, '/*')
        // For methods that the host does not know.
        context.setNotFoundHandler(pass)
        return
      }
      const mindsSlash = context.initialConfig.routerOptions?.ignoreTrailingSlash !== true
      for (const url of mindsSlash ? withBoth(own) : own) all(context, url)
    },
    prefix === '' ? {} : { prefix },
  )
}

/** The addresses with and without a slash at their end: to UPM both are the same. */
function withBoth(urls: readonly string[]): ReadonlySet<string> {
  return new Set(
    urls.flatMap((url) => (url.endsWith('*') ? [url] : [url.replace(/\/$/, ''), url.replace(/\/?$/, '/')])),
  )
}

/**
 * Takes from a context the hooks that it has from the host, also those that are added later: without this the CORS of a host
 * would answer preflights of UPM, and its rate limit would count them. Fastify has no public way; a test
 * shows that this one works.
 *
 * @throws OperatorError if this release of Fastify keeps hooks in another way.
 */
export function refuseHooks(context: FastifyInstance): void {
  const key = Object.getOwnPropertySymbols(context).find(({ description }) => description === 'fastify.hooks')
  const hooks: unknown = key && Reflect.get(context, key)
  const names = isRecord(hooks) ? Object.keys(hooks).filter((name) => Array.isArray(hooks[name])) : []
  const known = ['onRequest', 'onRoute', 'onSend', 'preHandler'].every((name) => names.includes(name))
  if (!isRecord(hooks) || !known || typeof hooks['add'] !== 'function') {
    throw new OperatorError(
      `UPM cannot be a plugin of Fastify ${context.version}: it does not know how this release keeps hooks. ` +
        'Install the newest release of UPM, or Fastify 5.12.',
    )
  }
  for (const name of names) hooks[name] = []
  hooks['add'] = () => {}
}
