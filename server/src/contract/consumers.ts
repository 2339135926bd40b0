import { isObject, NotJudgeable, operationKey } from './openapi.ts'

/** What a front end does with one operation. Paths are of JSON (`[].action`); a parameter or a header is its name. */
export type Use = {
  operation: string
  reads: string[]
  sends: string[]
  /** Undefined: all. */
  statuses: number[] | undefined
  /** The problem codes that it looks at. */
  codes: string[]
  /** The media types that it sends and asks for. Undefined: JSON. */
  types: string[] | undefined
}

export type Consumer = {
  name: string
  /** The version of the contract that it says it gets along with. */
  adopted: string
  /** The day of the recording. */
  recorded: string
  /** By `operationKey`. */
  uses: Map<string, Use>
}

/**
 * Reads `contract/consumers/<name>.json`.
 *
 * @throws NotJudgeable with the member that is wrong
 */
export function readConsumer(file: unknown): Consumer {
  if (!isObject(file)) throw new NotJudgeable('it is no JSON object')
  const uses = new Map<string, Use>()
  if (!isObject(file['operations'])) throw new NotJudgeable('"operations" must be an object')
  for (const [operation, use] of Object.entries(file['operations'])) {
    if (!/^[A-Z]+ \//.test(operation))
      throw new NotJudgeable(`"${operation}" must be a method and a path, such as "GET /api/me/profile/"`)
    uses.set(operationKey(operation), readUse(operation, use))
  }
  return {
    name: text(file['consumer'], 'consumer'),
    adopted: text(file['adopted'], 'adopted'),
    recorded: text(file['recorded'] ?? 'by hand', 'recorded'),
    uses,
  }
}

const MEMBERS = new Set(['reads', 'sends', 'statuses', 'codes', 'types'])

function readUse(operation: string, use: unknown): Use {
  const within = (member: string) => `operations["${operation}"].${member}`
  if (!isObject(use)) throw new NotJudgeable(`operations["${operation}"] must be an object`)
  const unknown = Object.keys(use).find((member) => !MEMBERS.has(member))
  if (unknown !== undefined) throw new NotJudgeable(`there is no ${within(unknown)}`)
  const { statuses } = use
  if (statuses !== undefined && !isListOf(statuses, 'number'))
    throw new NotJudgeable(`${within('statuses')} must be a list of numbers`)
  return {
    operation,
    reads: paths(use['reads'] ?? [], within('reads')),
    sends: paths(use['sends'] ?? [], within('sends')),
    statuses,
    codes: paths(use['codes'] ?? [], within('codes')),
    types: use['types'] === undefined ? undefined : paths(use['types'], within('types')),
  }
}

/** A lone `"*"` is everything. */
function paths(value: unknown, member: string): string[] {
  if (value === '*') return ['*']
  if (!isListOf(value, 'string')) throw new NotJudgeable(`${member} must be "*" or a list of texts`)
  return value
}

function isListOf(value: unknown, type: 'string'): value is string[]
function isListOf(value: unknown, type: 'number'): value is number[]
function isListOf(value: unknown, type: string): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type)
}

function text(value: unknown, member: string): string {
  if (typeof value !== 'string' || value === '') throw new NotJudgeable(`"${member}" must be a text`)
  return value
}
