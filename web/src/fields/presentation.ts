/** What of a profile others get to see, and as what: by the declaration of its type alone. Pure. */
import type { ProfileType } from '@upm/client'
import type { Chips, Fact, Price } from '../components/public-card/content.ts'
import { fieldLabel, fieldsOf, hasValue, widgetByType, type FieldSchema } from './field-schema.ts'
import { itemTexts, priceText, quantityText, valueText, type Words } from './value-text.ts'

type LongText = { name: string; label: string; text: string }

export type Group = { name: string; label: string; facts: Fact[] }

/** The public values of a section, by what they are shown as. What is empty is left out; the order is that of the form. */
export type Presentation = {
  /** The line that the type begins with, if it begins with one: who somebody is. */
  lead: string | undefined
  /** The first amount of money. */
  price: Price | undefined
  /** Subjects, and lists of texts. */
  chips: Chips[]
  /** What fits in a few words. */
  facts: Fact[]
  texts: LongText[]
  /** Objects, each with its members. */
  groups: Group[]
}

/** The server makes the same of a profile for its HTML (server/src/public-page/presentation.ts). */
export function presentSection(
  type: ProfileType,
  values: Readonly<Record<string, unknown>>,
  words: Words,
): Presentation {
  const shown: Presentation = {
    lead: undefined,
    price: undefined,
    chips: [],
    facts: [],
    texts: [],
    groups: [],
  }
  const fields = fieldsOf(type).filter(({ schema }) => schema['x-public'] === true)
  for (const [index, { name, schema }] of fields.entries()) {
    const value = values[name]
    if (!hasValue(value)) continue
    const label = fieldLabel({ name, schema }, words.label)
    const kind = schema['x-widget'] ?? widgetByType(schema)
    const fact = (text: string, isPlain: boolean) =>
      text !== '' && shown.facts.push({ name, kind, label, text, isPlain })
    switch (kind) {
      case 'line':
        if (index === 0) shown.lead = String(value)
        else fact(String(value), false)
        break
      case 'text':
        shown.texts.push({ name, label, text: String(value) })
        break
      case 'money': {
        const amount = priceText(value, words.language)
        const suffix = schema['x-suffix']
        if (shown.price) fact(amount, false)
        else shown.price = { label, amount, suffix: suffix && words.label(suffix) }
        break
      }
      case 'subjects':
      case 'list':
        shown.chips.push({ name, label, items: itemTexts(value, schema, words) ?? [] })
        break
      case 'integer':
        fact(quantityText(value, schema, words), schema['x-suffix'] !== undefined)
        break
      case 'languages':
      case 'choices':
        fact((itemTexts(value, schema, words) ?? []).join(', '), true)
        break
      case 'flag':
        // "No" is nothing to boast of.
        if (value === true) fact(words.yes, false)
        break
      case 'object':
        shown.groups.push({ name, label, facts: membersOf(schema, value, words) })
        break
      default:
        fact(valueText(value, schema, words), kind === 'choice')
    }
  }
  return shown
}

function membersOf({ properties = {} }: FieldSchema, value: unknown, words: Words): Fact[] {
  return Object.entries(Object(value)).flatMap(([name, member]) => {
    const schema = properties[name] ?? {}
    const text = valueText(member, schema, words)
    if (text === '') return []
    return { name, kind: 'object', label: fieldLabel({ name, schema }, words.label), text, isPlain: false }
  })
}
