import type { Consumer, Use } from './consumers.ts'
import type { Contract, Json, Operation } from './openapi.ts'
import { createShapeReader, type Shape, type ShapeReader } from './shapes.ts'

/** Something that a consumer uses and a contract does not have. */
export type Missing = { operation: string; path: string; direction: 'request' | 'response' }

/** What a consumer could not use any more, or never could: its recording against one contract. */
export function missingFrom(contract: Contract, { uses }: Consumer): Missing[] {
  const read = createShapeReader(contract)
  return [...uses].flatMap(([key, use]) => {
    const operation = contract.operations.get(key)
    if (!operation) return [{ operation: use.operation, path: '', direction: 'request' as const }]
    return missingOf(operation, use, read)
  })
}

function missingOf(operation: Operation, use: Use, read: ShapeReader): Missing[] {
  const answers = [...operation.answers.values()]
  const headers = new Set(answers.flatMap((answer) => [...answer.headers.keys()]))
  const parameters = new Set([...operation.parameters.values()].map(({ name }) => name.toLowerCase()))
  const answered = answers.flatMap(({ content }) => [...content.values()])
  const accepted = [...(operation.body?.content.values() ?? [])]
  // What has no body sends only parameters, whose names have no dots.
  const sends = use.sends.filter((name) => operation.body || !name.includes('.'))
  const gone = (paths: string[], names: Set<string>, schemas: Json[], direction: Missing['direction']) =>
    paths
      .filter((path) => !names.has(path.replace(/^\?/, '').toLowerCase()) && !hasPath(schemas, path, read))
      .map((path) => ({ operation: operation.name, path, direction }))
  return [...gone(use.reads, headers, answered, 'response'), ...gone(sends, parameters, accepted, 'request')]
}

/** Whether a path leads to something that one of the schemas names, or that lies in a map. */
function hasPath(schemas: Json[], path: string, read: ShapeReader): boolean {
  const parts = path.split(/\.|(?=\[\])/).filter((part) => part !== '' && part !== '*')
  return parts.reduce((places, part) => stepInto(places, part, read), schemas).length > 0
}

/** What a member, or the items (`[]`), of these schemas can be. */
export function stepInto(schemas: Json[], part: string, read: ShapeReader): Json[] {
  return schemas.flatMap((schema) => read(schema).alternatives.flatMap((shape) => stepIntoShape(shape, part)))
}

function stepIntoShape(shape: Shape, part: string): Json[] {
  if (part === '[]') return shape.types.has('array') ? [shape.items] : []
  const named = shape.properties.get(part)
  if (named !== undefined) return [named]
  if (!shape.types.has('object') || shape.additional === false) return []
  // An open object promises only what it names; one that names nothing is a map.
  return shape.properties.size === 0 || shape.additional !== true ? [shape.additional] : []
}
