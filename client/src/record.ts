/**
 * Notes what a program needs of the contract: which members it reads of answers, what it sends, and which statuses and
 * problem codes it looks at. It notes names, never values.
 *
 * A separate entry (`@upm/client/record`), so that programs which do not record do not carry it.
 */
import { ProblemError } from './errors.ts'
import { asksForCode, type Watcher } from './watching.ts'

/** What a program does with one operation. Paths are of JSON: `user.first_name`, `[].action`, `settings.*`. */
export type RecordedUse = {
  reads: string[]
  sends: string[]
  statuses: number[]
  codes: string[]
  types: string[]
}

/** By operation: `GET /api/me/profile/`. `upm contract record` makes `contract/consumers/<name>.json` of it. */
export type Recording = { operations: Record<string, RecordedUse> }

/** One thing that has been noted. */
export type Fact = { operation: string } & (
  | { kind: 'read' | 'send' | 'code' | 'type'; value: string }
  | { kind: 'status'; value: number }
)

export type RecorderOptions = {
  /** Told each fact, when it is noted for the first time: for pages, whose memory ends with each navigation. */
  onFact?: ((fact: Fact) => void) | undefined
}

export type Recorder = {
  /** What has been noted so far. `JSON.stringify(recorder)` is the recording as text. */
  toJSON: () => Recording
  /** For the client: what it sends. `body` is JSON, or the names of the parts of a form. */
  request: (operation: string, sent: SentRequest) => void
  /** For the client: the watcher of an answer. */
  answer: (operation: string, answer: { status: number; type: string | null }) => Watcher
  /** For the client: an answer that is handed over as it came; all of it counts as read. */
  untouched: (operation: string) => void
}

export type SentRequest = {
  /** Names of query parameters and headers. */
  parameters: string[]
  body?: unknown
  type?: string | undefined
  /** Statuses that the client itself looks at. */
  statuses?: number[]
}

export function createRecorder({ onFact }: RecorderOptions = {}): Recorder {
  const facts = new Map<string, Fact>()

  function note(fact: Fact): void {
    const key = `${fact.kind} ${fact.operation} ${fact.value}`
    if (facts.has(key)) return
    facts.set(key, fact)
    onFact?.(fact)
  }

  return {
    toJSON: () => recordingOf([...facts.values()]),
    request: (operation, { parameters, body, type, statuses = [] }) => {
      for (const value of [...parameters, ...membersOf(body, '')]) note({ operation, kind: 'send', value })
      for (const value of statuses) note({ operation, kind: 'status', value })
      if (type !== undefined) note({ operation, kind: 'type', value: withoutParameters(type) })
    },
    answer: (operation, { status, type }) => {
      if (status < 400) note({ operation, kind: 'status', value: status })
      if (type !== null && status < 400) note({ operation, kind: 'type', value: withoutParameters(type) })
      const read = (value: string) => note({ operation, kind: 'read', value })
      return {
        data: (data) => watched(data, '', read) as typeof data,
        problem: (error) =>
          (error instanceof ProblemError ? watchedProblem(error, operation, note) : error) as typeof error,
        header: read,
      }
    },
    untouched: (operation) => note({ operation, kind: 'read', value: '*' }),
  }
}

/** A recording out of facts. What `settings.*` or a longer path says already is left out. */
export function recordingOf(facts: Fact[]): Recording {
  const names = [...new Set(facts.map(({ operation }) => operation))].sort()
  const uses = names.map((name) => [name, useOf(facts.filter(({ operation }) => operation === name))])
  return { operations: Object.fromEntries(uses) }
}

function useOf(facts: Fact[]): RecordedUse {
  const texts = (kind: Fact['kind']) =>
    [...new Set(facts.flatMap((fact) => (fact.kind === kind ? [String(fact.value)] : [])))].sort()
  return {
    reads: withoutImplied(texts('read')),
    sends: withoutImplied(texts('send')),
    statuses: texts('status')
      .map(Number)
      .sort((one, other) => one - other),
    codes: texts('code'),
    types: texts('type'),
  }
}

function withoutImplied(paths: string[]): string[] {
  return paths.filter(
    (path) =>
      !paths.some((other) => {
        if (other === path) return false
        const whole = other.endsWith('*') ? other.replace(/\.?\*$/, '') : undefined
        const isCovered = whole !== undefined && (whole === '' || path === whole || isWithin(path, whole))
        return isCovered || isWithin(other, path)
      }),
  )
}

function isWithin(path: string, place: string): boolean {
  return path.startsWith(`${place}.`) || path.startsWith(`${place}[`)
}

function membersOf(body: unknown, path: string): string[] {
  if (typeof body !== 'object' || body === null) return path === '' ? [] : [path]
  const inside = Array.isArray(body)
    ? body.flatMap((item) => membersOf(item, `${path}[]`))
    : Object.entries(body).flatMap(([name, value]) => membersOf(value, member(path, name)))
  return inside.length > 0 || path === '' ? inside : [path]
}

/**
 * The same value, of which each read is noted. To ask for all names of an object (spreading it, making it JSON) is to read
 * all of it: `settings.*`.
 */
function watched(value: unknown, path: string, note: (path: string) => void): unknown {
  if (typeof value !== 'object' || value === null) return value
  const inside = new WeakMap<object, unknown>()
  const isList = Array.isArray(value)

  /** Undefined: no member of the data, but something that every object has. */
  function placeOf(target: object, key: string | symbol): string | undefined {
    if (typeof key === 'symbol') return undefined
    if (isList) return /^\d+$/.test(key) ? `${path}[]` : undefined
    return Object.hasOwn(target, key) || isMemberName(key) ? member(path, key) : undefined
  }

  return new Proxy(value, {
    get: (target, key) => {
      const found: unknown = Reflect.get(target, key)
      const place = placeOf(target, key)
      if (place === undefined) return found
      note(place)
      if (typeof found !== 'object' || found === null || isFixed(target, key)) return found
      // The same object each time, as without a recorder.
      if (!inside.has(found)) inside.set(found, watched(found, place, note))
      return inside.get(found)
    },
    has: (target, key) => {
      const place = placeOf(target, key)
      if (place !== undefined) note(place)
      return Reflect.has(target, key)
    },
    ownKeys: (target) => {
      if (!isList) note(member(path, '*'))
      return Reflect.ownKeys(target)
    },
  })
}

/** Which members of a problem document stand behind the members of the error. */
const BEHIND = new Map<string | symbol, string[]>([
  ['code', ['code']],
  ['title', ['title']],
  ['detail', ['detail']],
  ['message', ['title', 'detail']],
  ['retryAfterSeconds', ['Retry-After']],
  ['requestId', ['X-Request-Id']],
])

function watchedProblem(error: ProblemError, operation: string, note: (fact: Fact) => void): ProblemError {
  const read = (value: string) => note({ operation, kind: 'read', value })
  const fieldErrors = watched(error.fieldErrors, 'errors', read)
  const asked = (code: string) => {
    read('code')
    note({ operation, kind: 'code', value: code })
  }
  return new Proxy(error, {
    get: (target, key) => {
      if (key === asksForCode) return asked
      for (const path of BEHIND.get(key) ?? []) read(path)
      if (key === 'code') read('code')
      // Whether one of these arrives depends on the load of the machine, and a recording must not.
      const isPassing = target.status === 429 || target.status >= 500
      if (key === 'code' && !isPassing) asked(target.code)
      if (key === 'status' && !isPassing) note({ operation, kind: 'status', value: target.status })
      return key === 'fieldErrors' ? fieldErrors : Reflect.get(target, key)
    },
  })
}

/** A proxy may not show anything else in the place of such a member. */
function isFixed(target: object, key: string | symbol): boolean {
  const property = Reflect.getOwnPropertyDescriptor(target, key)
  return property?.configurable === false && property.writable === false
}

/** How UPM names members. Libraries ask objects for other names, to find out what they are. */
function isMemberName(key: string): boolean {
  return /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(key) && key !== 'then' && !(key in Object.prototype)
}

function member(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function withoutParameters(type: string): string {
  return type.replace(/\s*;.*$/, '').toLowerCase()
}
