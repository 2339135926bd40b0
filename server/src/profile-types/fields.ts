/**
 * The kinds of fields of profile types. Each field is a TypeBox schema with its rules, its default, its labels, and the
 * widget that a form shows.
 */
import { Type, type TSchema } from 'typebox'
import { nullable, type Labels } from '../http/schemas.ts'

/** The kinds of input. The page draws each of them, and docs/profile-types.md explains each. */
export const WIDGETS = [
  'line',
  'text',
  'integer',
  'flag',
  'choice',
  'choices',
  'subjects',
  'languages',
  'money',
  'list',
  'object',
] as const

export type Widget = (typeof WIDGETS)[number]

/** The words of a field, in each language. */
export type FieldAbout = {
  labels: Labels
  /** A sentence that explains the field. */
  hints?: Labels
  /** A value as somebody could write it, such as `Mathematics without fear`. A form shows it in the empty field. */
  example?: Labels
  /** A short text behind the value, such as its unit: `years`, `per hour`. */
  suffix?: Labels
  /** For the API documentation. Default: the English label. */
  description?: string
}

/** The label of each value of a choice. */
export type Options<Value extends string = string> = Readonly<Record<Value, Labels>>

function annotations(about: FieldAbout & { options?: Options }, widget: Widget) {
  const { labels, hints, example, suffix, description, options } = about
  return {
    description: description ?? labels.en,
    'x-labels': labels,
    ...(hints && { 'x-hints': hints }),
    ...(example && { 'x-example': example }),
    ...(suffix && { 'x-suffix': suffix }),
    'x-widget': widget,
    ...(options && { 'x-options': options }),
  }
}

/** One line of text, at most `max` code points after normalization. Default: empty. */
export function lineField(max: number, about: FieldAbout) {
  return Type.String({ format: 'line', maxLength: max, default: '', ...annotations(about, 'line') })
}

/** Text of several lines, at most `max` code points after normalization. Default: empty. */
export function textField(max: number, about: FieldAbout) {
  return Type.String({ format: 'lines', maxLength: max, default: '', ...annotations(about, 'text') })
}

/** A whole number or null. Default: null. */
export function integerField(minimum: number, maximum: number, about: FieldAbout) {
  return nullable(Type.Integer({ minimum, maximum, default: null, ...annotations(about, 'integer') }))
}

/** One of the options, or null. Default: null. */
export function choiceField<Value extends string>(about: FieldAbout & { options: Options<Value> }) {
  return Type.Unsafe<Value | null>({
    type: ['string', 'null'],
    enum: [...Object.keys(about.options), null],
    default: null,
    ...annotations(about, 'choice'),
  })
}

/** A list of distinct items. Default: empty. For the widget `choices` the items have an `enum`, and `options` has its labels. */
export function listField<Item extends TSchema>(
  item: Item,
  max: number,
  widget: Widget,
  about: FieldAbout & { options?: Options },
) {
  return Type.Array(item, { maxItems: max, uniqueItems: true, default: [], ...annotations(about, widget) })
}

/** An object of the given members, all of them required, or null. Default: null. */
export function objectField<Members extends Record<string, TSchema>>(
  members: Members,
  widget: Widget,
  about: FieldAbout,
) {
  return nullable(
    Type.Object(members, { additionalProperties: false, default: null, ...annotations(about, widget) }),
  )
}
