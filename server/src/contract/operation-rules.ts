import {
  type Answer,
  type Contract,
  type Deprecation,
  type Operation,
  type Parameter,
  type WayIn,
  isObject,
  deprecationOf,
} from './openapi.ts'
import { stepInto } from './places.ts'
import { compareSchemas, defaultChange, type Direction, type Violation } from './schema-rules.ts'
import { createShapeReader, type ShapeReader } from './shapes.ts'

/** Whom a change reaches: consumers whose recording of the operation has this. */
export type Reach =
  | { kind: 'call' }
  | { kind: 'read' | 'send'; path: string }
  /** Who sends something beside the path, whether or not the path is among it. */
  | { kind: 'send-around'; path: string }
  /** Who sends something beside the path, and not the path. */
  | { kind: 'send-without'; path: string }
  | { kind: 'read-header' | 'send-parameter' | 'leave-out-parameter'; name: string }
  | { kind: 'status' | 'code'; value: string }
  /** Who tells apart the errors, or the codes, of the operation. */
  | { kind: 'any-error' | 'any-code' }
  | { kind: 'media-type'; direction: Direction; type: string }

export type Change = {
  operation: string
  path: string
  direction: Direction
  rule: string
  message: string
  reach: Reach
  /** The place was to stay until then. */
  sunset?: string | undefined
}

/** Everything in which a new contract does not keep what an old one promised. */
export function compareContracts(old: Contract, now: Contract): Change[] {
  const readers = { readOld: createShapeReader(old), readNow: createShapeReader(now) }
  return [...old.operations].flatMap(([key, before]) => {
    const after = now.operations.get(key)
    if (!after)
      return [
        {
          ...change(before, '', 'request', 'removed', 'was removed', { kind: 'call' }),
          sunset: promised(before),
        },
      ]
    return [
      ...compareWaysIn(before, after, old, now),
      ...compareParameters(before, after, readers),
      ...compareBodies(before, after, readers),
      ...compareAnswers(before, after, readers),
    ].map((found) => ({ ...found, sunset: found.sunset ?? sunsetAt(old, before, found) }))
  })
}

type Readers = { readOld: ShapeReader; readNow: ShapeReader }

function change(
  { name }: Operation,
  path: string,
  direction: Direction,
  rule: string,
  message: string,
  reach: Reach,
): Change {
  return { operation: name, path, direction, rule, message, reach }
}

/** Somebody who could come in before can still come in the same way. */
function compareWaysIn(before: Operation, after: Operation, old: Contract, now: Contract): Change[] {
  const refuse = (message: string) => [
    change(before, '', 'request', 'security', message, { kind: 'call' } as const),
  ]
  const ways = before.waysIn.length > 0 ? before.waysIn : [new Map<string, string[]>()]
  const open = after.waysIn.length === 0
  for (const way of ways) {
    if (!open && !after.waysIn.some((next) => isEnough(way, next))) {
      return refuse(
        way.size === 0
          ? 'asks for credentials now'
          : `no longer accepts ${[...way.keys()].join(' with ')} as it was`,
      )
    }
    for (const scheme of way.keys())
      if (!open && facts(old.securitySchemes.get(scheme)) !== facts(now.securitySchemes.get(scheme)))
        return refuse(`is entered in another way now: the scheme ${scheme} has changed`)
  }
  return []
}

function isEnough(has: WayIn, asked: WayIn): boolean {
  return [...asked].every(([scheme, scopes]) => {
    const held = has.get(scheme)
    return held !== undefined && scopes.every((scope) => held.includes(scope))
  })
}

function facts(scheme: unknown): string {
  if (!isObject(scheme)) return ''
  const { type, scheme: name, in: place, name: key } = scheme
  return JSON.stringify([type, name, place, key])
}

function compareParameters(before: Operation, after: Operation, readers: Readers): Change[] {
  const found: Change[] = []
  const add = (name: string, rule: string, message: string, reach: Reach, sunset?: string) =>
    found.push({ ...change(before, name, 'request', rule, message, reach), sunset })
  for (const [key, parameter] of before.parameters) {
    const { name } = parameter
    const next = after.parameters.get(key)
    const send: Reach = { kind: 'send-parameter', name }
    if (!next) {
      add(name, 'removed', 'is no longer accepted', send, promised(parameter))
      continue
    }
    if (next.required && !parameter.required)
      add(name, 'required', 'is required now', { kind: 'leave-out-parameter', name })
    if (next.style !== parameter.style) add(name, 'style', 'is written in another way now', send)
    const schemas = { old: parameter.schema, now: next.schema }
    for (const violation of compareSchemas('request', schemas, readers))
      add(
        `${name}${suffix(violation)}`,
        violation.rule,
        violation.message,
        reachOfParameter(parameter, violation),
      )
    const changed = defaultChange(schemas.old, schemas.now)
    if (changed !== undefined) add(name, 'default', changed, { kind: 'leave-out-parameter', name })
  }
  for (const [key, { name, required }] of after.parameters)
    if (required && !before.parameters.has(key)) add(name, 'required', 'is required now', { kind: 'call' })
  return found
}

const suffix = ({ path }: Violation) => (path === '' || path.startsWith('[') ? path : `.${path}`)

/** Everybody fills in the path. */
function reachOfParameter({ name, in: place }: Parameter, { reach }: Violation): Reach {
  if (place === 'path') return { kind: 'call' }
  return { kind: reach === 'without' ? 'leave-out-parameter' : 'send-parameter', name }
}

function compareBodies(before: Operation, after: Operation, readers: Readers): Change[] {
  const say = (path: string, rule: string, message: string, reach: Reach) =>
    change(before, path, 'request', rule, message, reach)
  if (!before.body)
    return after.body?.required ? [say('', 'required', 'needs a body now', { kind: 'call' })] : []
  if (!after.body) return [say('', 'removed', 'no longer takes a body', { kind: 'send', path: '' })]
  const found: Change[] = []
  if (after.body.required && !before.body.required)
    found.push(say('', 'required', 'needs a body now', { kind: 'send-without', path: '' }))
  for (const [type, old] of before.body.content) {
    const now = schemaFor(after.body.content, type)
    if (now === undefined) {
      found.push(
        say('', 'media_type', `no longer accepts ${type}`, {
          kind: 'media-type',
          direction: 'request',
          type,
        }),
      )
      continue
    }
    const keepsWhatIsLeftOut = before.name.startsWith('PATCH ')
    for (const violation of compareSchemas('request', { old, now }, readers, { keepsWhatIsLeftOut }))
      found.push(say(violation.path, violation.rule, violation.message, reachOfMember(violation)))
  }
  return found
}

function reachOfMember({ path, reach }: Violation): Reach {
  return { kind: reach === 'around' ? 'send-around' : reach === 'without' ? 'send-without' : 'send', path }
}

function compareAnswers(before: Operation, after: Operation, readers: Readers): Change[] {
  const found: Change[] = []
  const add = (path: string, rule: string, message: string, reach: Reach) =>
    found.push(change(before, path, 'response', rule, message, reach))
  for (const [status, old] of before.answers) {
    const now = answerFor(after, status)
    if (!now) {
      add(status, 'status', 'is no longer answered', { kind: 'status', value: status })
      continue
    }
    for (const { path, rule, message, reach } of compareAnswer(status, old, now, readers))
      add(path, rule, message, reach)
  }
  for (const status of after.answers.keys())
    if (!answerFor(before, status)) {
      const isError = /^[45]/.test(status) || status === 'DEFAULT'
      add(status, 'status', 'can be answered now', isError ? { kind: 'any-error' } : { kind: 'call' })
    }
  return found
}

function compareAnswer(
  status: string,
  old: Answer,
  now: Answer,
  readers: Readers,
): Pick<Change, 'path' | 'rule' | 'message' | 'reach'>[] {
  const found: Pick<Change, 'path' | 'rule' | 'message' | 'reach'>[] = []
  for (const [name, header] of old.headers) {
    const next = now.headers.get(name)
    const reach: Reach = { kind: 'read-header', name }
    if (!next) found.push({ path: name, rule: 'header', message: `of ${status} was removed`, reach })
    else {
      if (header.required && !next.required)
        found.push({ path: name, rule: 'header', message: `of ${status} can be missing now`, reach })
      const schemas = { old: header.schema, now: next.schema }
      for (const { path, rule, message } of compareSchemas('response', schemas, readers))
        found.push({ path: `${name}${path}`, rule, message: `of ${status} ${message}`, reach })
    }
  }
  for (const [type, schema] of old.content) {
    const next = schemaFor(now.content, type)
    if (next === undefined) {
      const reach: Reach = { kind: 'media-type', direction: 'response', type }
      found.push({
        path: '',
        rule: 'media_type',
        message: `is no longer answered as ${type} (${status})`,
        reach,
      })
      continue
    }
    for (const { path, rule, message } of compareSchemas('response', { old: schema, now: next }, readers))
      found.push({ path, rule, message, reach: { kind: 'read', path } })
  }
  if (old.content.size === 0 && now.content.size > 0)
    found.push({
      path: '',
      rule: 'media_type',
      message: `has a body now (${status})`,
      reach: { kind: 'status', value: status },
    })
  for (const code of old.codes ?? [])
    if (!now.codes?.includes(code))
      found.push({
        path: 'code',
        rule: 'code',
        message: `is never ${code} now (${status})`,
        reach: { kind: 'code', value: code },
      })
  for (const code of old.codes ? (now.codes ?? []) : [])
    if (!old.codes?.includes(code))
      found.push({
        path: 'code',
        rule: 'code',
        message: `can be ${code} now (${status})`,
        reach: { kind: 'any-code' },
      })
  return found
}

/** `404` is also covered by `4XX`, and everything by `default`. */
function answerFor({ answers }: Operation, status: string): Answer | undefined {
  return answers.get(status) ?? answers.get(`${status[0]}XX`) ?? answers.get('DEFAULT')
}

/** `text/csv` is also covered by `text/*`. */
function schemaFor<T>(content: Map<string, T>, type: string): T | undefined {
  return content.get(type) ?? content.get(`${type.split('/')[0]}/*`) ?? content.get('*/*')
}

function promised({ isDeprecated, sunset }: Deprecation): string | undefined {
  return isDeprecated ? sunset : undefined
}

/** The sunset that the old contract gave a member which is gone, if it gave one. */
function sunsetAt(old: Contract, before: Operation, { rule, direction, path }: Change): string | undefined {
  if (rule !== 'removed') return undefined
  const bodies =
    direction === 'request'
      ? [...(before.body?.content.values() ?? [])]
      : [...before.answers.values()].flatMap(({ content }) => [...content.values()])
  const read = createShapeReader(old)
  const places = path.split(/\.|(?=\[\])/).reduce((found, part) => stepInto(found, part, read), bodies)
  // The mark stands beside a reference, so it is looked for before the reference is followed.
  return places.map((place) => (isObject(place) ? promised(deprecationOf(place)) : undefined)).find(Boolean)
}
