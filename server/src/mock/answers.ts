/** Answers out of the contract: what an operation may answer, with an example of each. */
import { Problem } from '../errors.ts'
import { isRecord, memberOf, textOf } from '../values.ts'
import type { Preferences } from './preferences.ts'
import { mockProblems } from './problems.ts'

/** One answer that the contract has an example of. */
export type Answer = {
  status: number
  /** The media type; undefined where the answer has no body. */
  type: string | undefined
  /** The name of the example, where it has one. */
  example: string | undefined
  /** The code of a problem. */
  code: string | undefined
  body: unknown
  headers: Record<string, string>
}

export type Operation = { name: string; answers: readonly Answer[] }

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete'])

/** Reads the operations of an OpenAPI document. */
export function readOperations(document: unknown) {
  const operations = membersOf(memberOf(document, 'paths')).flatMap(([path, item]) =>
    membersOf(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        // Addresses work without their last slash, too; one without parameters goes before one with.
        pattern: new RegExp(
          `^${path
            .replace(/\/$/, '')
            .split(/\{[^}]+\}/)
            .map(escape)
            .join('[^/]+')}/?$`,
        ),
        parameters: path.split('{').length,
        operation: {
          name: `${method.toUpperCase()} ${path}`,
          answers: membersOf(memberOf(operation, 'responses')).flatMap(([status, response]) =>
            answersOf(Number(status), response),
          ),
        },
      })),
  )
  operations.sort((one, other) => one.parameters - other.parameters)
  return (method: string, path: string): Operation | undefined => {
    const asked = method === 'HEAD' ? 'GET' : method
    return operations.find((one) => one.method === asked && one.pattern.test(path))?.operation
  }
}

function answersOf(status: number, response: unknown): Answer[] {
  const headers = Object.fromEntries(
    membersOf(memberOf(response, 'headers')).flatMap(([name, header]) => {
      const example =
        memberOf(header, 'example') ??
        memberOf(memberOf(header, 'schema'), 'example') ??
        // Programs count on it.
        (name === 'ETag' ? '"1"' : undefined)
      return typeof example === 'string' ? [[name.toLowerCase(), example]] : []
    }),
  )
  const content = membersOf(memberOf(response, 'content'))
  if (content.length === 0)
    return [{ status, type: undefined, example: undefined, code: undefined, body: undefined, headers }]
  return content.flatMap(([type, media]) =>
    examplesOf(type, media).map(({ example, body }) => ({
      status,
      type,
      example,
      code: status >= 400 ? textOf(body, 'code') : undefined,
      body,
      headers,
    })),
  )
}

/** An archive without a file: the end of the list of its files, which is empty. */
const EMPTY_ZIP = Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')

function examplesOf(type: string, media: unknown): { example: string | undefined; body: unknown }[] {
  const named = membersOf(memberOf(media, 'examples')).map(([example, value]) => ({
    example,
    body: memberOf(value, 'value'),
  }))
  // Of bytes a contract has no example.
  const only = memberOf(media, 'example') ?? (type === 'application/zip' ? EMPTY_ZIP : undefined)
  return only === undefined ? named : [{ example: undefined, body: only }, ...named]
}

/**
 * The answer of an operation that fits all preferences; among several the first one, of a media type that the caller
 * accepts where there is one.
 *
 * @throws Problem `preference_invalid`, with what there is, for the first preference that nothing fits.
 */
export function chooseAnswer(
  { answers }: Operation,
  { status, code, example }: Preferences,
  accepts: (types: string[]) => string | undefined,
): Answer {
  let fitting = answers
  const narrow = <Key extends 'status' | 'code' | 'example'>(key: Key, wanted: Answer[Key] | undefined) => {
    if (wanted === undefined) return
    const before = fitting
    fitting = fitting.filter((answer) => answer[key] === wanted)
    if (fitting.length > 0) return
    const choices = new Set(before.flatMap((answer) => answer[key] ?? []))
    const params = {
      preference: [
        ...(status !== undefined && key !== 'status' ? [`status=${status}`] : []),
        ...(code !== undefined && key === 'example' ? [`code=${code}`] : []),
        `${key}=${wanted}`,
      ].join(', '),
      choices: choices.size === 0 ? '—' : [...choices].map((choice) => `${key}=${choice}`).join(', '),
    }
    throw new Problem(mockProblems.preference_invalid, { params })
  }
  narrow('status', status)
  narrow('code', code)
  narrow('example', example)
  const accepted = accepts(fitting.flatMap(({ type }) => type ?? []))
  const answer = fitting.find(({ type }) => type === accepted) ?? fitting[0]
  if (!answer) throw new Problem(mockProblems.preference_invalid, { params: { preference: '', choices: '' } })
  return answer
}

function membersOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : []
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
