/** An OpenAPI document as the rules of the contract read it: operations by name, with their references resolved. */

export type Json = null | boolean | number | string | Json[] | JsonObject
export type JsonObject = { [name: string]: Json }

/** The check cannot give a verdict: a file is missing, is no contract, or says something that the rules do not know. */
export class NotJudgeable extends Error {}

export type Deprecation = { isDeprecated: boolean; sunset: string | undefined }

export type Parameter = Deprecation & {
  name: string
  in: string
  required: boolean
  schema: Json
  /** How lists and objects are written into the address, as one text that can be compared. */
  style: string
}

type Body = { required: boolean; content: Map<string, Json> }

export type Answer = {
  content: Map<string, Json>
  headers: Map<string, { required: boolean; schema: Json }>
  codes: string[] | undefined
}

/** Each way in needs all of its schemes, each with scopes. No way in: the operation is open to everybody. */
export type WayIn = Map<string, string[]>

export type Operation = Deprecation & {
  /** As people write it: `GET /api/me/profile/`. */
  name: string
  parameters: Map<string, Parameter>
  body: Body | undefined
  answers: Map<string, Answer>
  waysIn: WayIn[]
}

export type Contract = {
  version: string
  /** By method and path, where the names of path parameters do not count. */
  operations: Map<string, Operation>
  resolve: (schema: JsonObject) => JsonObject
  securitySchemes: Map<string, Json>
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const objectAt = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})
export const listAt = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
export const textAt = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined
export const textsAt = (value: Json | undefined): string[] =>
  listAt(value).filter((item) => typeof item === 'string')

/**
 * @throws NotJudgeable when it is no OpenAPI 3 document
 */
export function readContract(document: unknown): Contract {
  if (!isObject(document) || !textAt(document['openapi'])?.startsWith('3.') || !isObject(document['paths']))
    throw new NotJudgeable('it is no OpenAPI 3 document')
  const resolve = resolverOf(document)
  const root = document
  const operations = new Map<string, Operation>()
  const byId = new Map<string, Operation>()
  const represented: { operation: Operation; types: JsonObject }[] = []
  for (const [path, item] of Object.entries(document['paths'])) {
    const shared = resolve(objectAt(item))
    for (const method of METHODS) {
      const operation = shared[method]
      if (!isObject(operation)) continue
      const name = `${method.toUpperCase()} ${path}`
      const read = readOperation(name, operation, shared, root, resolve)
      operations.set(operationKey(name), read)
      byId.set(textAt(operation['operationId']) ?? '', read)
      represented.push({ operation: read, types: objectAt(operation['x-representations']) })
    }
  }
  for (const { operation, types } of represented) addRepresentations(operation, types, byId)
  const { securitySchemes } = objectAt(document['components'])
  return {
    version: textAt(objectAt(document['info'])['version']) ?? '',
    operations,
    resolve,
    securitySchemes: new Map(Object.entries(objectAt(securitySchemes))),
  }
}

/** The media types of an address that operations of their own describe (`x-representations`: the id of each). */
function addRepresentations(operation: Operation, types: JsonObject, byId: Map<string, Operation>): void {
  for (const [type, id] of Object.entries(types)) {
    const other = byId.get(textAt(id) ?? '')
    if (!other)
      throw new NotJudgeable(`${operation.name} names the operation ${textAt(id) ?? '?'}, which is not there`)
    for (const [status, { content }] of other.answers) {
      const schema = content.get(type)
      if (schema !== undefined) operation.answers.get(status)?.content.set(type, schema)
    }
  }
}

/** `GET /people/{id}/` and `GET /people/{person}/` are one operation, and so is a path without its last slash. */
export function operationKey(name: string): string {
  const [method = '', path = ''] = name.split(' ')
  return `${method.toUpperCase()} ${path.replaceAll(/\{[^}]*\}/g, '{}').replace(/(?<=.)\/$/, '')}`
}

function readOperation(
  name: string,
  operation: JsonObject,
  shared: JsonObject,
  root: JsonObject,
  resolve: Contract['resolve'],
): Operation {
  const parameters = new Map<string, Parameter>()
  // Those of the operation come last: they replace the ones of the path.
  for (const given of [...listAt(shared['parameters']), ...listAt(operation['parameters'])]) {
    const parameter = readParameter(resolve(objectAt(given)))
    parameters.set(parameterKey(parameter, name), parameter)
  }
  const body = isObject(operation['requestBody']) ? resolve(operation['requestBody']) : undefined
  const answers = Object.entries(objectAt(operation['responses'])).map(
    ([status, answer]) => [status.toUpperCase(), readAnswer(resolve(objectAt(answer)), resolve)] as const,
  )
  return {
    name,
    parameters,
    body: body && { required: body['required'] === true, content: contentOf(body) },
    answers: new Map(answers),
    waysIn: listAt(operation['security'] ?? root['security']).map(
      (way) => new Map(Object.entries(objectAt(way)).map(([scheme, scopes]) => [scheme, textsAt(scopes)])),
    ),
    ...deprecationOf(operation),
  }
}

export function deprecationOf(place: JsonObject): Deprecation {
  return { isDeprecated: place['deprecated'] === true, sunset: textAt(place['x-sunset']) }
}

function readParameter(parameter: JsonObject): Parameter {
  const content = Object.entries(objectAt(parameter['content']))[0]
  const { style = null, explode = null, allowReserved = null } = parameter
  return {
    name: textAt(parameter['name']) ?? '',
    in: textAt(parameter['in']) ?? '',
    required: parameter['required'] === true,
    schema: content ? (objectAt(content[1])['schema'] ?? true) : (parameter['schema'] ?? true),
    style: JSON.stringify([style, explode, allowReserved, content?.[0] ?? null]),
    ...deprecationOf(parameter),
  }
}

/** Header names have no case. The name of a path parameter is for readers: its place in the path identifies it. */
function parameterKey({ name, in: place }: Parameter, operation: string): string {
  if (place === 'header') return `header ${name.toLowerCase()}`
  if (place !== 'path') return `${place} ${name}`
  const names: string[] = operation.match(/\{[^}]*\}/g) ?? []
  return `path ${names.indexOf(`{${name}}`)}`
}

function readAnswer(answer: JsonObject, resolve: Contract['resolve']): Answer {
  const headers = Object.entries(objectAt(answer['headers'])).map(([name, given]) => {
    const header = resolve(objectAt(given))
    return [
      name.toLowerCase(),
      { required: header['required'] === true, schema: header['schema'] ?? true },
    ] as const
  })
  return {
    content: contentOf(answer),
    headers: new Map(headers),
    codes: 'x-problem-codes' in answer ? textsAt(answer['x-problem-codes']) : undefined,
  }
}

/** By media type, without its parameters: `application/json; charset=utf-8` is `application/json`. */
function contentOf(place: JsonObject): Map<string, Json> {
  return new Map(
    Object.entries(objectAt(place['content'])).map(([type, media]) => [
      type.toLowerCase().replace(/\s*;.*$/, ''),
      objectAt(media)['schema'] ?? true,
    ]),
  )
}

function resolverOf(root: JsonObject): Contract['resolve'] {
  return (place) => {
    let found = place
    for (let steps = 0; typeof found['$ref'] === 'string'; steps += 1) {
      if (steps > 100) throw new NotJudgeable(`the reference ${found['$ref']} leads in a circle`)
      const target = pointedAt(root, found['$ref'])
      if (typeof target === 'boolean') return target ? {} : { not: {} }
      found = objectAt(target)
    }
    return found
  }
}

function pointedAt(root: JsonObject, reference: string): Json {
  if (!reference.startsWith('#'))
    throw new NotJudgeable(`the reference ${reference} leads out of the document`)
  let place: Json | undefined = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    place = Array.isArray(place) ? place[Number(name)] : isObject(place) ? place[name] : undefined
  }
  if (place === undefined) throw new NotJudgeable(`the reference ${reference} leads to nothing`)
  return place
}
