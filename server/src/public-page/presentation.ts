/** What of a profile others get to see, and as what: by the declaration of its type alone. Pure. */
import type { Language } from '../errors.ts'
import type { JsonSchema } from '../http/json-schema.ts'
import type { Labels } from '../http/schemas.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import { isRecord, memberOf, textOf } from '../values.ts'

/** What is needed to say a value in a language. */
export type Words = {
  language: Language
  /** Of the catalogue, by slug. */
  subjects: ReadonlyMap<string, Labels>
  yes: string
  no: string
}

type Fact = { label: string; text: string }

/** The public values of a section, by what they are shown as. What is empty is left out; the order is that of the form. */
export type Presentation = {
  /** The line that the type begins with, if it begins with one: who somebody is. */
  lead?: string
  /** The first amount of money. */
  price?: Fact & { suffix: string | undefined }
  /** Subjects, and lists of texts. */
  chips: { label: string; items: string[] }[]
  /** What fits in a few words. */
  facts: Fact[]
  texts: Fact[]
  /** Objects, each with its members. */
  groups: { label: string; facts: Fact[] }[]
}

/** The page makes the same of a profile (web/src/fields/presentation.ts); a journey compares what the two show. */
export function presentSection(
  { fields, publicFields }: Pick<ProfileType, 'fields' | 'publicFields'>,
  values: Fields,
  words: Words,
): Presentation {
  const shown: Presentation = { chips: [], facts: [], texts: [], groups: [] }
  const shownFields = Object.entries(fields).filter(([name]) => publicFields.includes(name))
  for (const [index, [name, given]] of shownFields.entries()) {
    const schema: JsonSchema = given
    const value = values[name]
    if (!hasValue(value)) continue
    const label = labelOf(name, schema, words)
    const fact = (text: string) => text !== '' && shown.facts.push({ label, text })
    switch (schema['x-widget'] ?? widgetByType(schema)) {
      case 'line':
        if (index === 0) shown.lead = String(value)
        else fact(String(value))
        break
      case 'text':
        shown.texts.push({ label, text: String(value) })
        break
      case 'money': {
        const text = priceText(value, words.language)
        if (shown.price) fact(text)
        else shown.price = { label, text, suffix: textOf(schema['x-suffix'], words.language) }
        break
      }
      case 'subjects':
      case 'list':
        shown.chips.push({ label, items: itemTexts(value, schema, words) ?? [] })
        break
      case 'integer':
        fact(quantityText(value, schema, words))
        break
      case 'languages':
      case 'choices':
        fact((itemTexts(value, schema, words) ?? []).join(', '))
        break
      case 'flag':
        if (value === true) fact(words.yes)
        break
      case 'object':
        shown.groups.push({ label, facts: membersOf(schema, value, words) })
        break
      default:
        fact(valueText(value, schema, words))
    }
  }
  return shown
}

/** Whether there is anything to show: an object has what one of its members has. */
function hasValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false
  return typeof value === 'object' ? Object.values(value).some(hasValue) : true
}

function labelOf(name: string, schema: JsonSchema, { language }: Words): string {
  return textOf(schema['x-labels'], language) ?? humanize(name)
}

/** `licence_year` → `Licence year` */
function humanize(name: string): string {
  const words = name.replaceAll(/[_.]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function widgetByType(schema: JsonSchema): string {
  switch (baseType(schema)) {
    case 'array':
      return schema.items?.enum ? 'choices' : 'list'
    case 'object':
      return 'object'
    case 'boolean':
      return 'flag'
    case 'integer':
    case 'number':
      return 'integer'
    default:
      if (schema.enum) return 'choice'
      return (schema.maxLength ?? 0) > 200 ? 'text' : 'line'
  }
}

function baseType({ type }: JsonSchema): string | undefined {
  return [type].flat().find((name) => name !== 'null')
}

function membersOf({ properties = {} }: JsonSchema, value: unknown, words: Words): Fact[] {
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const schema = properties[name] ?? {}
    const text = valueText(member, schema, words)
    return text === '' ? [] : [{ label: labelOf(name, schema, words), text }]
  })
}

function valueText(value: unknown, schema: JsonSchema, words: Words): string {
  const items = itemTexts(value, schema, words)
  if (items) return new Intl.ListFormat(words.language, { type: 'unit' }).format(items)
  return scalarText(value, schema, words)
}

function itemTexts(value: unknown, schema: JsonSchema, words: Words): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const { 'x-options': options, 'x-widget': widget } = schema
  const item: JsonSchema = {
    ...schema.items,
    ...(options && { 'x-options': options }),
    ...(widget !== undefined && { 'x-widget': widget }),
  }
  return value.map((one) => scalarText(one, item, words))
}

function scalarText(value: unknown, schema: JsonSchema, words: Words): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number') return numberText(value, schema, words.language)
  if (typeof value === 'string') return stringText(value, schema, words)
  if (isMoney(value)) return moneyText(value, words.language)
  return Object.entries(value)
    .map(([name, member]) => valueText(member, schema.properties?.[name] ?? {}, words))
    .filter((text) => text !== '')
    .join(', ')
}

function numberText(value: number, schema: JsonSchema, language: Language): string {
  // A year is no quantity: 2012, not 2,012.
  const isYear = baseType(schema) === 'integer' && (schema.minimum ?? 0) >= 1000
  return new Intl.NumberFormat(language, { useGrouping: !isYear }).format(value)
}

function stringText(value: string, schema: JsonSchema, { language, subjects }: Words): string {
  const option = textOf(memberOf(schema['x-options'], value), language)
  if (option !== undefined) return option
  switch (schema['x-widget']) {
    case 'subjects':
      return subjects.get(value)?.[language] ?? value
    case 'languages':
      return languageText(value, language)
    default:
      return value
  }
}

/** `uk` → `українська`; a tag that nobody knows stays as it is. */
function languageText(tag: string, language: Language): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

/** A number with the suffix of its field: `12 years`. A suffix that names a unit has the form that fits the number. */
function quantityText(value: unknown, schema: JsonSchema, words: Words): string {
  const { 'x-suffix': suffix } = schema
  if (!suffix || typeof value !== 'number') return valueText(value, schema, words)
  const unit = UNITS.find((one) => unitText(MANY, one, 'en').endsWith(` ${textOf(suffix, 'en')}`))
  if (unit !== undefined) return unitText(value, unit, words.language)
  return `${numberText(value, schema, words.language)}\u00A0${textOf(suffix, words.language)}`
}

const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute'] as const
/** Any number that takes the plural in English. */
const MANY = 12

function unitText(value: number, unit: (typeof UNITS)[number], language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}

export type Money = { amount: string; currency: string }

export function isMoney(value: unknown): value is Money {
  return textOf(value, 'amount') !== undefined && textOf(value, 'currency') !== undefined
}

/** An amount as a price tag has it, `450 ₴`: with the sign of the currency, and without the zeros after the point. */
function priceText(value: unknown, language: Language): string {
  if (!isMoney(value)) return ''
  return formatMoney(value, language, {
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: 'stripIfInteger',
    maximumFractionDigits: Math.max(2, value.amount.split('.')[1]?.length ?? 0),
  })
}

function moneyText(money: Money, language: Language): string {
  const fractions = money.amount.split('.')[1]?.length ?? 0
  return formatMoney(money, language, {
    minimumFractionDigits: fractions === 0 ? 0 : Math.max(fractions, 2),
    maximumFractionDigits: Math.max(fractions, 2),
  })
}

function formatMoney(
  { amount, currency }: Money,
  language: Language,
  options: Intl.NumberFormatOptions,
): string {
  try {
    const format = new Intl.NumberFormat(language, { style: 'currency', currency, ...options })
    // As text, so that no digit is lost. Its type has been read off: only numerals are numbers.
    return isNumeral(amount) ? format.format(amount) : `${amount} ${currency}`
  } catch {
    return `${amount} ${currency}`
  }
}

function isNumeral(text: string): text is `${number}` {
  return /^-?\d+(?:\.\d+)?$/.test(text)
}
