import type { Consumer, Use } from './consumers.ts'
import { operationKey, type Contract } from './openapi.ts'
import { compareContracts, type Change, type Reach } from './operation-rules.ts'

/** A change that breaks a consumer, as `upm contract check --json` prints it. */
export type Break = {
  consumer: string
  operation: string
  path: string
  direction: Change['direction']
  rule: string
  message: string
}

/** A change that reaches nobody. */
export type Unused = Omit<Break, 'consumer'>

export type Verdict = { ok: boolean; breaks: Break[]; unused: Unused[] }

/**
 * Whom the step from one contract to the next breaks.
 *
 * @param today a day such as `2026-12-02`: what is deprecated stays until its sunset, also where nobody uses it
 */
export function judge(old: Contract, now: Contract, consumers: Consumer[], today: string): Verdict {
  const breaks: Break[] = []
  const unused: Unused[] = []
  for (const change of compareContracts(old, now)) {
    const { operation, path, direction } = change
    const place = { operation, path, direction }
    const fact = `${subject(change)} ${change.message}`
    if (change.sunset !== undefined && today < change.sunset.slice(0, 10)) {
      const message = `${fact}, but it is promised until ${change.sunset.slice(0, 10)}`
      breaks.push({ consumer: '*', ...place, rule: 'sunset_not_reached', message })
    }
    const reached = consumers.filter((consumer) => isReached(consumer, change))
    if (reached.length === 0) unused.push({ ...place, rule: change.rule, message: fact })
    for (const consumer of reached)
      if (!hasAdopted(consumer, old.version, now.version))
        breaks.push({
          consumer: consumer.name,
          ...place,
          rule: change.rule,
          message: `${fact}; ${useOf(change, consumer)}`,
        })
  }
  const once = <T>(list: T[]) => [...new Map(list.map((one) => [JSON.stringify(one), one])).values()]
  return { ok: breaks.length === 0, breaks: once(breaks), unused: once(unused) }
}

function isReached({ uses }: Consumer, { operation, reach }: Change): boolean {
  const use = uses.get(operationKey(operation))
  return use !== undefined && reaches(use, reach)
}

function reaches(use: Use, reach: Reach): boolean {
  switch (reach.kind) {
    case 'call':
      return true
    case 'read':
      return use.reads.some((path) => touches(path, reach.path))
    case 'send':
      return use.sends.some((path) => touches(path, reach.path))
    case 'send-around':
      return use.sends.some((path) => touches(path, parentOf(reach.path)))
    case 'send-without':
      return (
        use.sends.some((path) => touches(path, parentOf(reach.path))) &&
        !use.sends.some((path) => path !== '*' && touches(path, reach.path))
      )
    case 'read-header':
      return use.reads.some((name) => isEverything(name) || sameName(name, reach.name))
    case 'send-parameter':
      return use.sends.some((name) => isEverything(name) || sameName(name, reach.name))
    case 'leave-out-parameter':
      return !use.sends.some((name) => sameName(name, reach.name))
    case 'status':
      return isListed(use.statuses, (status) => sameStatus(status, reach.value))
    case 'any-error':
      return isListed(use.statuses, (status) => status >= 400)
    case 'code':
      return use.codes.includes(reach.value)
    case 'any-code':
      return use.codes.length > 0
    case 'media-type':
      return usesMediaType(use, reach)
  }
}

/** A recording without statuses looks at all of them. */
function isListed(statuses: number[] | undefined, matches: (status: number) => boolean): boolean {
  return statuses === undefined || statuses.some(matches)
}

/** A front end that does not say otherwise speaks JSON. */
function usesMediaType(
  { types, reads, sends }: Use,
  { direction, type }: Reach & { kind: 'media-type' },
): boolean {
  if (types) return types.includes(type)
  const paths = direction === 'request' ? sends : reads
  if (paths.some(isEverything)) return true
  return paths.length > 0 && (type === 'application/json' || type === 'multipart/form-data')
}

function sameStatus(status: number, declared: string): boolean {
  const text = String(status)
  return declared === 'DEFAULT' || declared === text || declared === `${text[0]}XX`
}

const isEverything = (path: string) => path === '*'

function sameName(recorded: string, name: string): boolean {
  return recorded.replace(/^\?/, '').toLowerCase() === name.toLowerCase()
}

/**
 * Whether a recorded path has to do with a changed place: it is the place, lies within it, or stands for everything around it
 * (`settings.*`).
 */
function touches(recorded: string, place: string): boolean {
  if (place === '' || isEverything(recorded)) return true
  if (place.endsWith('*'))
    return isWithin(recorded, place.replace(/\.?\*$/, '')) && recorded !== place.replace(/\.?\*$/, '')
  if (recorded.endsWith('*')) {
    const whole = recorded.replace(/\.?\*$/, '')
    return isWithin(place, whole) || isWithin(whole, place)
  }
  return isWithin(recorded, place)
}

function isWithin(path: string, place: string): boolean {
  return place === '' || path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`)
}

function parentOf(path: string): string {
  return path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : ''
}

function subject({ path, operation }: Pick<Change, 'path' | 'operation'>): string {
  return path === '' ? operation : path
}

const VERBS: Partial<Record<Reach['kind'], string>> = {
  read: 'reads it',
  'read-header': 'reads it',
  send: 'sends it',
  'send-parameter': 'sends it',
  'send-around': 'sends what is around it',
  'send-without': 'leaves it out',
  'leave-out-parameter': 'leaves it out',
  status: 'looks at it',
  'any-error': 'tells its errors apart',
  code: 'looks at it',
  'any-code': 'tells its codes apart',
}

function useOf({ reach }: Change, { name, recorded }: Consumer): string {
  return `${name} ${VERBS[reach.kind] ?? 'uses it'} (recorded ${recorded})`
}

/** The consumer has said that it gets along with the new version. A version that stays the same says nothing. */
function hasAdopted({ adopted }: Consumer, before: string, version: string): boolean {
  return version !== '' && compareVersions(adopted, before) > 0 && compareVersions(adopted, version) >= 0
}

/** As semver orders releases; a pre-release comes before its release. */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [one, other].map((version) => {
    const [numbers = '', pre] = version.split('-', 2)
    return { numbers: numbers.split('.').map(Number), isPre: pre !== undefined }
  })
  if (!first || !second) return 0
  for (let i = 0; i < 3; i += 1) {
    const difference = (first.numbers[i] ?? 0) - (second.numbers[i] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(second.isPre) - Number(first.isPre)
}
