/**
 * The kinds of field that profile types are made of. Each is a TypeBox schema that carries all that is known of the
 * field: its rules, its default, its labels, and the widget that a form shows it with.
 */
import { Type, type TSchema } from 'typebox'
import { nullable, type Labels } from '../http/schemas.ts'

export type FieldAbout = { labels: Labels; hints?: Labels; description?: string }

function annotations({ labels, hints, description }: FieldAbout, widget: string) {
  return {
    description: description ?? labels.en,
    'x-labels': labels,
    ...(hints && { 'x-hints': hints }),
    'x-widget': widget,
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

/** A list of distinct items. Default: empty. */
export function listField<Item extends TSchema>(item: Item, max: number, widget: string, about: FieldAbout) {
  return Type.Array(item, { maxItems: max, uniqueItems: true, default: [], ...annotations(about, widget) })
}

/** An object of the given members, all of them required, or null. Default: null. */
export function objectField<Members extends Record<string, TSchema>>(
  members: Members,
  widget: string,
  about: FieldAbout,
) {
  return nullable(
    Type.Object(members, { additionalProperties: false, default: null, ...annotations(about, widget) }),
  )
}
