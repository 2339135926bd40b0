/** A field's value in words. Pure. */
import type { Labels } from '../i18n/labels.ts'
import { baseType, type FieldSchema } from './field-schema.ts'

export type Words = {
  language: string
  label: (labels: Labels) => string
  /** The catalogue of subjects: slug → labels. */
  subjects: ReadonlyMap<string, Labels>
  yes: string
  no: string
}

/** The value as one text; '' where there is none. */
export function valueText(value: unknown, schema: FieldSchema, words: Words): string {
  const items = itemTexts(value, schema, words)
  if (items) return new Intl.ListFormat(words.language, { type: 'unit' }).format(items)
  return scalarText(value, schema, words)
}

/** The items of a list, each as a text; undefined for what is no list. */
export function itemTexts(value: unknown, schema: FieldSchema, words: Words): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const item: FieldSchema = {
    ...schema.items,
    ...(schema['x-options'] && { 'x-options': schema['x-options'] }),
    ...(schema['x-widget'] && { 'x-widget': schema['x-widget'] }),
  }
  return value.map((one) => scalarText(one, item, words))
}

function scalarText(value: unknown, schema: FieldSchema, words: Words): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number') return numberText(value, schema, words.language)
  if (typeof value === 'string') return stringText(value, schema, words)
  if (isMoney(value)) return moneyText(value, words.language)
  const members = Object.entries(value).map(([name, member]) =>
    valueText(member, schema.properties?.[name] ?? {}, words),
  )
  return members.filter((text) => text !== '').join(', ')
}

function numberText(value: number, schema: FieldSchema, language: string): string {
  // A year is no quantity: 2012, not 2,012.
  const isYear = baseType(schema) === 'integer' && (schema.minimum ?? 0) >= 1000
  return new Intl.NumberFormat(language, { useGrouping: !isYear }).format(value)
}

/** A number with the suffix of its field: `12 years`. A suffix that names a unit has the form that fits the number. */
export function quantityText(value: unknown, schema: FieldSchema, words: Words): string {
  const suffix = schema['x-suffix']
  if (!suffix || typeof value !== 'number') return valueText(value, schema, words)
  const unit = UNITS.find((one) => unitText(MANY, one, 'en').endsWith(` ${suffix.en}`))
  if (unit !== undefined) return unitText(value, unit, words.language)
  return `${numberText(value, schema, words.language)}\u00a0${words.label(suffix)}`
}

const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute'] as const
/** Any number that takes the plural in English. */
const MANY = 12

function unitText(value: number, unit: (typeof UNITS)[number], language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}

/** An amount as a price tag has it, `450 ₴`: with the sign of the currency, and without the zeros after the point. */
export function priceText(value: unknown, language: string): string {
  if (typeof value !== 'object' || value === null || !isMoney(value)) return ''
  const { amount, currency } = value
  try {
    return new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      trailingZeroDisplay: 'stripIfInteger',
      maximumFractionDigits: Math.max(2, amount.split('.')[1]?.length ?? 0),
      // As text, so that no digit is lost.
    }).format(amount as unknown as number)
  } catch {
    return `${amount} ${currency}`
  }
}

function stringText(value: string, schema: FieldSchema, { label, subjects, language }: Words): string {
  const option = schema['x-options']?.[value]
  if (option) return label(option)
  switch (schema['x-widget']) {
    case 'subjects': {
      const labels = subjects.get(value)
      return labels ? label(labels) : value
    }
    case 'languages':
      return languageText(value, language)
    default:
      return value
  }
}

/** `uk` → `українська`; a tag that nobody knows stays as it is. */
export function languageText(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

export type Money = { amount: string; currency: string }

function isMoney(value: object): value is Money {
  const { amount, currency } = value as Partial<Money>
  return typeof amount === 'string' && typeof currency === 'string'
}

function moneyText({ amount, currency }: Money, language: string): string {
  try {
    const fractions = amount.split('.')[1]?.length ?? 0
    return new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      minimumFractionDigits: fractions === 0 ? 0 : Math.max(fractions, 2),
      maximumFractionDigits: Math.max(fractions, 2),
      // As text, so that no digit is lost.
    }).format(amount as unknown as number)
  } catch {
    return `${amount} ${currency}`
  }
}
