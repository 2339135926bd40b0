/** Which front ends call which operations, as they say in the header `UPM-Client: web/1.4.2`. */
import type { FastifyInstance, onResponseHookHandler } from 'fastify'
import { Counter, type Registry } from 'prom-client'

/** So many names have a label of their own. Anybody can send any name, and each label costs the monitoring. */
const MOST_CONSUMERS = 20

/** The label of all further names, and of what is no name. */
const OTHER = 'other'

/** A name, and perhaps a version, of which nothing is kept: versions are as many as releases. */
const HEADER = /^([a-z0-9-]{1,32})(?:\/[\w.+-]{1,64})?$/

/** So many different headers are remembered, so that one that was seen before is not read again. */
const REMEMBERED_HEADERS = 500

/** The page that comes with UPM. */
const OWN_CONSUMER = 'web'

/** Whether a name has a label of its own: all processes of a server have to agree on that. */
export type Admit = (name: string) => boolean | Promise<boolean>

/** First come, first served, after the names that the configuration knows. */
export function createPlaces(known: readonly string[]): (name: string) => boolean {
  const names = new Set([OWN_CONSUMER, ...known].slice(0, MOST_CONSUMERS))
  return (name) => {
    if (names.has(name)) return true
    if (names.size >= MOST_CONSUMERS || name === OTHER) return false
    names.add(name)
    return true
  }
}

/** Counts the requests of the routes that are registered after it, those that are operations of the contract. */
export function countConsumers(app: FastifyInstance, registry: Registry, admit: Admit): void {
  const count = createCounts(registry, admit)
  app.addHook('onRoute', (route) => {
    const { schema, url } = route
    if (!schema?.operationId) return
    const method = [route.method].flat()[0] === 'HEAD' ? 'GET' : [route.method].flat()[0]
    const path = url.slice(app.prefix.length).replaceAll(/:(\w+)/g, '{$1}')
    // Of an address that also works without its last slash, the contract has the one with it.
    const operation = `${method} ${schema.hide === true && !path.endsWith('/') ? `${path}/` : path}`
    const counting: onResponseHookHandler = (request, _reply, done) => {
      const header = request.headers['upm-client']
      if (typeof header === 'string') count(header, operation)
      done()
    }
    route.onResponse = [...[route.onResponse ?? []].flat(), counting]
  })
}

type Counts = Map<string, number>

function createCounts(registry: Registry, admit: Admit) {
  const remembered = new Map<string, Counts>()
  const others: Counts = new Map()
  /** By label and operation. */
  const counts = new Map<string, Counts>([[OTHER, others]])
  const counter = new Counter({
    name: 'upm_client_requests_total',
    help: `Requests by the front end that the header UPM-Client names, and by operation. At most ${MOST_CONSUMERS} names are counted separately, the rest as "${OTHER}".`,
    labelNames: ['client', 'operation'],
    registers: [registry],
    collect: () => {
      counter.reset()
      for (const [client, operations] of counts)
        for (const [operation, count] of operations) counter.inc({ client, operation }, count)
    },
  })

  function countsOf(header: string): Counts {
    const name = HEADER.exec(header)?.[1]
    if (name === undefined || remembered.size >= REMEMBERED_HEADERS)
      return counts.get(name ?? OTHER) ?? others
    const found = counts.get(name) ?? open(name)
    remembered.set(header, found)
    return found
  }

  /** Until it is decided whether the name has a label, its requests are those of others. */
  function open(name: string): Counts {
    const admitted = admit(name)
    if (admitted === true) {
      const own: Counts = new Map()
      counts.set(name, own)
      return own
    }
    if (admitted !== false) void settle(name, admitted)
    return others
  }

  async function settle(name: string, admitted: Promise<boolean>): Promise<void> {
    if (!(await admitted) || counts.has(name)) return
    const own: Counts = new Map()
    counts.set(name, own)
    for (const header of remembered.keys()) if (HEADER.exec(header)?.[1] === name) remembered.set(header, own)
  }

  /** Counts a request that says who sends it. Costs two look-ups. */
  return (header: string, operation: string): void => {
    const operations = remembered.get(header) ?? countsOf(header)
    operations.set(operation, (operations.get(operation) ?? 0) + 1)
  }
}
