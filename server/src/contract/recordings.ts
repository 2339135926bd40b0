import { isDeepStrictEqual } from 'node:util'
import { readConsumer, type Use } from './consumers.ts'
import { isObject, NotJudgeable, operationKey, type Contract } from './openapi.ts'
import { missingFrom } from './places.ts'

/** What a recording says of one operation, in the form of `contract/consumers/<name>.json`. */
export type RecordedUse = {
  reads: string[] | '*'
  sends: string[]
  statuses: number[]
  codes?: string[]
  types?: string[]
}

export type ConsumerFile = {
  consumer: string
  adopted: string
  recorded: string
  operations: Record<string, RecordedUse>
}

/** Only these two: what a front end speaks that says nothing else. */
const USUAL_TYPES = new Set(['application/json', 'application/problem+json'])

/**
 * The recordings of several runs as one: what any of them has. Names that the contract does not have are left out: a program
 * also asks for members that an installation of its own may have.
 *
 * @param recordings `{ operations }`, as `JSON.stringify(recorder)` of the client gives it
 * @throws NotJudgeable when one of them is no recording
 */
export function mergeRecordings(recordings: unknown[], contract: Contract): ConsumerFile['operations'] {
  const merged = new Map<string, Use[]>()
  for (const recording of recordings) {
    const operations = isObject(recording) ? recording['operations'] : undefined
    if (operations === undefined) throw new NotJudgeable('"operations" must be an object')
    const part = readConsumer({ consumer: 'part', adopted: '0.0.0', recorded: 'now', operations })
    const missing = new Set(
      missingFrom(contract, part).map(({ operation, path, direction }) => key(operation, direction, path)),
    )
    for (const [name, use] of part.uses) {
      const known = contract.operations.get(name)
      if (!known) continue
      const has = (direction: string) => (path: string) => !missing.has(key(known.name, direction, path))
      const uses = merged.get(known.name) ?? []
      uses.push({ ...use, reads: use.reads.filter(has('response')), sends: use.sends.filter(has('request')) })
      merged.set(known.name, uses)
    }
  }
  const names = [...merged.keys()].sort()
  return Object.fromEntries(
    names.map((name) => {
      const uses = merged.get(name) ?? []
      const texts = (of: (use: (typeof uses)[number]) => string[] | undefined) =>
        [...new Set(uses.flatMap((use) => of(use) ?? []))].sort()
      const [codes, types] = [texts((use) => use.codes), texts((use) => use.types)]
      const recorded: RecordedUse = {
        reads: narrowed(texts((use) => use.reads)),
        sends: texts((use) => use.sends).filter((path, _, all) => !isImplied(path, all)),
        statuses: [...new Set(uses.flatMap((use) => use.statuses ?? []))].sort((one, other) => one - other),
        ...(codes.length > 0 && { codes }),
        ...(types.some((type) => !USUAL_TYPES.has(type)) && { types }),
      }
      return [name, recorded]
    }),
  )
}

function key(operation: string, direction: string, path: string): string {
  return `${operationKey(operation)} ${direction} ${path}`
}

/** A lone star says everything. */
function narrowed(paths: string[]): string[] | '*' {
  return paths.includes('*') ? '*' : paths.filter((path) => !isImplied(path, paths))
}

/** Whether `settings.*`, or a longer path, says it already. */
function isImplied(path: string, paths: string[]): boolean {
  return paths.some((other) => {
    if (other === path) return false
    const whole = other.endsWith('*') ? other.replace(/\.?\*$/, '') : undefined
    const isCovered = whole !== undefined && (path === whole || isWithin(path, whole))
    return isCovered || isWithin(other, path)
  })
}

function isWithin(path: string, place: string): boolean {
  return path.startsWith(`${place}.`) || path.startsWith(`${place}[`)
}

/**
 * `contract/consumers/<name>.json` as text. The day changes only together with what was recorded.
 *
 * @param before the text of the file that is there
 */
export function consumerFile(
  { name, version, day }: { name: string; version: string; day: string },
  operations: ConsumerFile['operations'],
  before: string | undefined,
): string {
  const old: unknown = before === undefined ? undefined : JSON.parse(before)
  const { adopted = version, recorded = day, operations: known } = isObject(old) ? old : {}
  const file = {
    consumer: name,
    adopted,
    recorded: isDeepStrictEqual(known, operations) ? recorded : day,
    operations,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/**
 * What was recorded and the file does not say (`+`), and what the file has and was not recorded (`-`).
 *
 * @param isPart only some of the tests have run: then the second means nothing, and a longer path or a star in the file says what
 *   lies before it
 */
export function differences(
  before: string | undefined,
  operations: ConsumerFile['operations'],
  { isPart }: { isPart: boolean },
): string[] {
  const old: unknown = before === undefined ? {} : JSON.parse(before)
  const [inFile, inRecording] = [isObject(old) ? old['operations'] : {}, operations].map(factsOf)
  const said = [...(inFile ?? [])]
  const isKnown = (fact: string) =>
    said.includes(fact) ||
    (isPart && (isImplied(fact, said) || said.includes(fact.replace(/ reads .*/, ' reads *'))))
  return [
    ...[...(inRecording ?? [])].filter((fact) => !isKnown(fact)).map((fact) => `  + ${fact}`),
    ...[...(isPart ? [] : (inFile ?? []))]
      .filter((fact) => !inRecording?.has(fact))
      .map((fact) => `  - ${fact}`),
  ]
}

function factsOf(operations: unknown): Set<string> {
  if (!isObject(operations)) return new Set()
  return new Set(
    Object.entries(operations).flatMap(([operation, use]) =>
      Object.entries(isObject(use) ? use : {}).flatMap(([kind, values]) =>
        (Array.isArray(values) ? values : [values]).map(
          (value) => `${operation} ${kind} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
        ),
      ),
    ),
  )
}

/** A proxy cannot see what is read. Where somebody has written it down by hand, that stays. */
export function keepNarrowed(
  { operations }: { operations: ConsumerFile['operations'] },
  before: unknown,
): { operations: ConsumerFile['operations'] } {
  const known = isObject(before) && isObject(before['operations']) ? before['operations'] : {}
  const isNarrowed = (name: string) => {
    const use = known[name]
    return isObject(use) && use['reads'] !== undefined && use['reads'] !== '*'
  }
  return {
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, use]) => [name, isNarrowed(name) ? { ...use, reads: [] } : use]),
    ),
  }
}
