/**
 * What will go, and until when it stays: said in the contract (OpenAPI), and by each answer that has to do with it
 * (RFC 9745, RFC 8594). Everything is worked out when a route is registered: a route without it does nothing more.
 */
import type { FastifyInstance, FastifyRequest, onSendHookHandler, RouteOptions } from 'fastify'
import { isRecord, memberOf, textOf } from '../values.ts'
import { withKeywords, type JsonSchema } from './json-schema.ts'

export type Deprecation = {
  /** The day from which nobody should use it any more: `2026-12-01`. */
  since: string
  /** The day until which it stays, later than `since`. The check of the contract refuses an earlier removal. */
  sunset: string
  /** What to use in its place, as the end of a sentence: "use `bio`". */
  instead: string
}

/**
 * Declares that something will go: a field (its schema, in a profile type or in any schema of a feature), a parameter (its
 * schema in `querystring`, `headers` or `params` of a route), or an operation (the `schema` of its route).
 *
 * @throws TypeError when a date is none, or the sunset is not after it: a programming error, which is found at start.
 */
export function deprecate<Schema extends object>(schema: Schema, about: Deprecation): Schema {
  const { since, sunset, instead } = about
  const [start, end] = [timeOf('since', since), timeOf('sunset', sunset)]
  if (end <= start) throw new TypeError(`deprecate(): the sunset ${sunset} is not after ${since}`)
  if (instead.trim() === '') throw new TypeError('deprecate(): "instead" is empty: say what to use instead')
  const description = textOf(schema, 'description')
  const told = `Deprecated since ${since}, will be removed after ${sunset}: ${instead.replace(/\.$/, '')}.`
  const reference = textOf(schema, '$ref')
  const keywords = {
    description: description === undefined ? told : `${description.replace(/\s+$/, '')} ${told}`,
    deprecated: true,
    'x-deprecated-since': since,
    'x-sunset': sunset,
  }
  // Nothing survives beside a "$ref" on its way into the contract; `placeDeprecations` puts it there.
  return reference === undefined
    ? withKeywords(schema, keywords)
    : withKeywords(schema, { ...keywords, allOf: [{ $ref: reference }] }, ['$ref'])
}

function timeOf(name: string, date: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN
  // A day that no month has would become one of the next month.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(date)) return time
  throw new TypeError(
    `deprecate(): "${name}" must be a date such as 2026-12-01; it is ${JSON.stringify(date)}`,
  )
}

/** Something that is deprecated: what it is called in a warning, and its dates. */
type Marked = { name: string; since: string; sunset: string }

/** What is deprecated about one operation. */
type Deprecations = {
  /** All of it. */
  operation: Marked | undefined
  /** Fields of its successful answers, which have them all. */
  answered: Marked[]
  /** By whether a request uses it. */
  used: { marked: Marked; isUsed: (request: FastifyRequest) => boolean }[]
}

/** Gives the answers of every route that is registered after it the headers of what is deprecated there. */
export function registerDeprecations(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { schema } = route
    if (!schema?.operationId) return
    const found = findDeprecations(app, route)
    if (!found) return
    const tag = schema.tags?.[0] ?? 'default'
    const page = `${app.prefix}/api/docs/#/${encodeURIComponent(tag)}/${encodeURIComponent(schema.operationId)}`
    route.onSend = [...[route.onSend ?? []].flat(), announce(found, page)]
  })
}

function findDeprecations(app: FastifyInstance, route: RouteOptions): Deprecations | undefined {
  const { schema = {}, method, url } = route
  const component = (id: string) => app.getSchema(id.replace(/^#\/components\/schemas\/|#$/g, ''))
  const path = url.slice(app.prefix.length).replaceAll(/:(\w+)/g, '{$1}')
  const operation = `${[method].flat()[0]} ${path}`
  const named = (name: string) => `${operation} ${name}`
  const own = markOf(schema, operation)
  const used: Deprecations['used'] = []
  for (const [part, prefix] of [
    ['querystring', '?'],
    ['headers', 'header '],
    ['params', 'path '],
  ] as const) {
    const { properties = {} }: JsonSchema = resolve(schema[part], component)
    for (const [name, parameter] of Object.entries(properties)) {
      const marked = markOf(parameter, named(`${prefix}${name}`))
      const place = part === 'querystring' ? 'query' : part
      if (marked) used.push({ marked, isUsed: (request) => memberOf(request[place], name) !== undefined })
    }
  }
  for (const json of contentsOf(schema.body)) {
    for (const [field, mark] of markedFields(json, component)) {
      const steps = field.split('.')
      if (!used.some(({ marked }) => marked.name === named(field)))
        used.push({ marked: { ...mark, name: named(field) }, isUsed: ({ body }) => hasPath(body, steps) })
    }
  }
  const answered = new Map<string, Marked>()
  for (const [status, response] of Object.entries(isRecord(schema.response) ? schema.response : {})) {
    if (!status.startsWith('2')) continue
    for (const json of contentsOf(response)) {
      for (const [field, mark] of markedFields(json, component)) {
        const name = named(field.replaceAll('.[]', '[]'))
        answered.set(name, { ...mark, name })
      }
    }
  }
  if (!own && answered.size === 0 && used.length === 0) return undefined
  return { operation: own, answered: [...answered.values()], used }
}

/** The schemas of a body or of an answer, in each of its media types. */
function contentsOf(part: unknown): unknown[] {
  const content = memberOf(part, 'content')
  if (isRecord(content)) return Object.values(content).map((media) => memberOf(media, 'schema'))
  return isRecord(part) ? [part] : []
}

function markOf(schema: unknown, name: string): Marked | undefined {
  const [since, sunset] = [textOf(schema, 'x-deprecated-since'), textOf(schema, 'x-sunset')]
  return since === undefined || sunset === undefined ? undefined : { name, since, sunset }
}

type Component = (id: string) => unknown

function resolve(schema: unknown, component: Component): JsonSchema {
  const reference = textOf(schema, '$ref')
  const found = reference === undefined ? schema : component(reference)
  return isRecord(found) ? found : {}
}

/** The deprecated fields of a schema by their paths: `tutor_profile.headline`, `[].id`. */
function markedFields(
  schema: unknown,
  component: Component,
  path: readonly string[] = [],
  within: ReadonlySet<string> = new Set(),
): [path: string, mark: Marked][] {
  const reference = textOf(schema, '$ref')
  if (reference !== undefined && within.has(reference)) return []
  const inside = reference === undefined ? within : new Set([...within, reference])
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = resolve(schema, component)
  const walk = (part: unknown, steps: readonly string[]) => {
    const mark = markOf(part, '') ?? markOf(resolve(part, component), '')
    const own: [string, Marked][] = mark && steps.length > path.length ? [[steps.join('.'), mark]] : []
    return [...own, ...markedFields(part, component, steps, inside)]
  }
  return [
    ...Object.entries(properties).flatMap(([name, member]) => walk(member, [...path, name])),
    ...(items ? walk(items, [...path, '[]']) : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((one) => walk(one, path)),
  ]
}

/** So many items of a list are looked at. */
const LOOKED_AT = 100

function hasPath(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined
  if (step === '[]')
    return Array.isArray(value) && value.slice(0, LOOKED_AT).some((item) => hasPath(item, rest))
  return isRecord(value) && Object.hasOwn(value, step) && hasPath(value[step], rest)
}

/**
 * RFC 9745 speaks of a resource, and leaves it to the resource to say how much of it is meant: the `title` of the link
 * does. Of several things the first dates count.
 */
function announce({ operation, answered, used }: Deprecations, page: string): onSendHookHandler {
  const always = headersOf(operation ? [operation] : [], page, operation !== undefined)
  const onSuccess = headersOf([...(operation ? [operation] : []), ...answered], page, operation !== undefined)
  return (request, reply, _payload, done) => {
    const isSuccess = reply.statusCode < 400
    const more = used.filter(({ isUsed }) => isUsed(request)).map(({ marked }) => marked)
    const headers =
      more.length === 0
        ? isSuccess
          ? onSuccess
          : always
        : headersOf(
            distinct([...(operation ? [operation] : []), ...(isSuccess ? answered : []), ...more]),
            page,
            operation !== undefined,
          )
    if (headers) {
      const links = [reply.getHeader('link'), headers.link].filter((link) => link !== undefined)
      reply.headers({ ...headers, link: links.flat().join(', ') })
    }
    done()
  }
}

function distinct(list: Marked[]): Marked[] {
  return [...new Map(list.map((marked) => [marked.name, marked])).values()]
}

function headersOf(list: readonly Marked[], page: string, isWhole: boolean) {
  const since = list.map((marked) => marked.since).sort()[0]
  const sunset = list.map((marked) => marked.sunset).sort()[0]
  if (since === undefined || sunset === undefined) return undefined
  const names = list.map(({ name }) => name.replaceAll(/["\\]/g, '')).join(', ')
  return {
    deprecation: `@${Date.parse(since) / 1000}`,
    // As RFC 9110, section 5.6.7, writes it.
    sunset: new Date(sunset).toUTCString(),
    link: [
      `<${page}>; rel="deprecation"; type="text/html"; title="${names}"`,
      // The whole resource goes (RFC 8594, section 6).
      ...(isWhole ? [`<${page}>; rel="sunset"; type="text/html"`] : []),
    ].join(', '),
  }
}

/** Puts what is said of deprecations where OpenAPI 3.1 has it: at the parameter itself, and beside a `$ref`. */
export function placeDeprecations<Document extends object>(document: Document): Document {
  visit(document)
  return document
}

const KEYWORDS = ['deprecated', 'x-deprecated-since', 'x-sunset']

function visit(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) visit(item)
  if (!isRecord(value)) return
  const { schema, allOf } = value
  if (textOf(value, 'in') !== undefined && isRecord(schema)) {
    for (const keyword of KEYWORDS) {
      if (schema[keyword] === undefined) continue
      value[keyword] = schema[keyword]
      Reflect.deleteProperty(schema, keyword)
    }
  }
  const [only, ...others] = Array.isArray(allOf) ? allOf : []
  const reference = textOf(only, '$ref')
  if (value['x-sunset'] !== undefined && reference !== undefined && others.length === 0) {
    value['$ref'] = reference
    Reflect.deleteProperty(value, 'allOf')
  }
  for (const member of Object.values(value)) visit(member)
}
