/** Problems of the contract's examples, which are in English, in another language. */
import { IntlMessageFormat } from 'intl-messageformat'
import { FIELD_CODES, Problem, type FieldError, type Language, type ProblemType } from '../errors.ts'
import { fieldMessage, problemDetail } from '../http/messages.ts'
import { isRecord, memberOf, textOf } from '../values.ts'

/** Members that make a problem choose another sentence (errors.ts). */
const CHOOSING: Record<string, unknown>[] = [{}, { minutes: 1 }, { minutes: 1, hours: 1 }]

/** The same problem in this language. Whatever is none of these problems stays as it is. */
export function translateProblem(
  example: unknown,
  types: ReadonlyMap<string, ProblemType>,
  language: Language,
): unknown {
  const type = types.get(textOf(example, 'code') ?? '')
  if (!isRecord(example) || !type || language === 'en') return example
  const { detail, errors } = example
  const translated = problemDetail(new Problem(type, { params: paramsOf(type, String(detail)) }), language)
  return {
    ...example,
    title: type.title[language],
    detail: translated,
    ...(example['message'] === detail && { message: translated }),
    ...(Array.isArray(errors) && { errors: errors.map((fault: unknown) => translateFault(fault, language)) }),
  }
}

function translateFault(fault: unknown, language: Language): unknown {
  const code = FIELD_CODES.find((known) => known === textOf(fault, 'code'))
  if (!isRecord(fault) || code === undefined) return fault
  const params = memberOf(fault, 'params')
  const error: FieldError = { field: '', code, ...(isRecord(params) && { params }) }
  return { ...fault, message: fieldMessage(error, language) }
}

/** The facts of a sentence, found by holding it against the text that it was made from. */
function paramsOf(type: ProblemType, sentence: string): Record<string, unknown> {
  for (const choosing of CHOOSING) {
    const { en } = typeof type.detail === 'function' ? type.detail(choosing) : type.detail
    const found = readSentence(en, sentence)
    if (found) return { ...choosing, ...found }
    if (typeof type.detail !== 'function') break
  }
  return {}
}

type Element = ReturnType<IntlMessageFormat['getAst']>[number]

/** Kinds of elements, as the parser of MessageFormat numbers them. */
const [LITERAL, NUMBER, PLURAL, POUND] = [0, 2, 6, 7]

function readSentence(text: string, sentence: string): Record<string, unknown> | undefined {
  const names: { name: string; isNumber: boolean }[] = []
  const patternOf = (elements: readonly Element[], counted = ''): string =>
    elements.map((element) => one(element, counted)).join('')
  const one = (element: Element, counted: string): string => {
    const kind: number = element.type
    if (kind === LITERAL) return escape('value' in element ? element.value : '')
    if ('options' in element && kind === PLURAL) {
      const { options, value } = element
      return `(?:${Object.values(options)
        .map((option) => patternOf(option.value, value))
        .join('|')})`
    }
    const isNumber = kind === NUMBER || kind === POUND
    names.push({ name: 'value' in element ? element.value : counted, isNumber })
    return isNumber ? '([\\d.,]+)' : '(.+?)'
  }
  const pattern = patternOf(new IntlMessageFormat(text, 'en').getAst())
  const groups = new RegExp(`^${pattern}$`).exec(sentence)?.slice(1)
  if (!groups) return undefined
  const params: Record<string, unknown> = {}
  for (const [index, { name, isNumber }] of names.entries()) {
    const group = groups[index]
    if (group !== undefined) params[name] = isNumber ? Number(group.replaceAll(',', '')) : group
  }
  return params
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
