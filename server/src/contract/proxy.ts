import { createServer, request as sendHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as sendHttps } from 'node:https'
import { pipeline } from 'node:stream'
import type { Contract } from './openapi.ts'
import type { RecordedUse } from './recordings.ts'

/** Bodies up to this size are looked into; a larger one passes unseen, like a body that is no JSON. */
const MAX_BODY_BYTES = 1024 * 1024

/** For one connection alone (RFC 9110, section 7.6.1): not passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export type RecordingProxy = {
  port: number
  /** What has been seen so far. Nobody can see what a program reads, so `reads` is everything. */
  recording: () => { operations: Record<string, RecordedUse> }
  close: () => Promise<void>
}

/** Passes requests on to a server, and notes operations, statuses, and the names of what is sent. It notes no values. */
export async function startRecordingProxy(
  contract: Contract,
  { target, port, host }: { target: URL; port: number; host: string },
): Promise<RecordingProxy> {
  const uses = new Map<string, { sends: Set<string>; statuses: Set<number>; types: Set<string> }>()
  const operationOf = matcherOf(contract, target.pathname.replace(/\/$/, ''))

  function note(
    name: string,
    sends: Iterable<string>,
    type: string | undefined,
    status: number | undefined,
  ): void {
    const use = uses.get(name) ?? { sends: new Set(), statuses: new Set(), types: new Set() }
    uses.set(name, use)
    for (const sent of sends) use.sends.add(sent)
    if (type !== undefined) use.types.add(type.replace(/\s*;.*$/, '').toLowerCase())
    if (status !== undefined) use.statuses.add(status)
  }

  const server = createServer((incoming, outgoing) => {
    const address = new URL(incoming.url ?? '/', 'http://proxy')
    const name = operationOf(incoming.method ?? 'GET', address.pathname)
    const body = name === undefined ? undefined : keep(incoming)
    const send = target.protocol === 'https:' ? sendHttps : sendHttp
    const passed = send(
      new URL(target.pathname.replace(/\/$/, '') + address.pathname + address.search, target),
      { method: incoming.method, headers: { ...forwarded(incoming.headers), host: target.host } },
      (answer) => {
        if (name !== undefined) {
          const type = incoming.headers['content-type']
          note(name, [...address.searchParams.keys(), ...(body?.members() ?? [])], type, answer.statusCode)
        }
        outgoing.writeHead(answer.statusCode ?? 502, forwarded(answer.headers))
        pipeline(answer, outgoing, () => {})
      },
    )
    passed.on('error', (error) => refuse(outgoing, error))
    outgoing.on('close', () => passed.destroy())
    pipeline(incoming, passed, () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    recording: () => ({
      operations: Object.fromEntries(
        [...uses].map(([name, { sends, statuses, types }]) => [
          name,
          { reads: '*', sends: [...sends], statuses: [...statuses], types: [...types] },
        ]),
      ),
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function refuse(outgoing: ServerResponse, error: Error): void {
  if (outgoing.headersSent) outgoing.destroy()
  else
    outgoing
      .writeHead(502, { 'content-type': 'text/plain' })
      .end(`The server cannot be reached: ${error.message}\n`)
}

function forwarded(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)))
}

/** Keeps a JSON body while it passes. */
function keep(incoming: IncomingMessage): { members: () => string[] } | undefined {
  if (!/^application\/(?:[\w.-]+\+)?json/.test(incoming.headers['content-type'] ?? '')) return undefined
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  })
  return {
    members: () => {
      if (size > MAX_BODY_BYTES) return []
      try {
        return membersOf(JSON.parse(Buffer.concat(chunks).toString('utf8')), '')
      } catch {
        return []
      }
    },
  }
}

function membersOf(body: unknown, path: string): string[] {
  if (typeof body !== 'object' || body === null) return path === '' ? [] : [path]
  const inside = Array.isArray(body)
    ? body.flatMap((item) => membersOf(item, `${path}[]`))
    : Object.entries(body).flatMap(([name, value]) =>
        membersOf(value, path === '' ? name : `${path}.${name}`),
      )
  return inside.length > 0 || path === '' ? inside : [path]
}

/** Finds the operation of an address. A path without parameters comes before one that has some. */
function matcherOf(contract: Contract, prefix: string): (method: string, path: string) => string | undefined {
  const patterns = [...contract.operations.values()]
    .map(({ name }) => {
      const [method = '', path = ''] = name.split(' ')
      const source = path
        .replace(/(?<=.)\/$/, '')
        .split(/\{[^}]*\}/)
        .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('[^/]+')
      return { name, method, pattern: new RegExp(`^${source}/?$`), isFixed: !path.includes('{') }
    })
    .sort((one, other) => Number(other.isFixed) - Number(one.isFixed))
  return (method, path) => {
    const own = path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
    return patterns.find((one) => one.method === method && one.pattern.test(own))?.name
  }
}
