/** The fields of profile types as `GET /api/profile-types/` describes them: all that a form knows of a field. Pure. */
import type { FieldSchema, ProfileType } from '@upm/client'
import type { Labels } from '../i18n/labels.ts'

/** A JSON Schema with the annotations of docs/profile-types.md. */
export type { FieldSchema }

export type Widget = NonNullable<FieldSchema['x-widget']>

export type Field = { name: string; schema: FieldSchema }

/** The fields of a type in the order of a form. */
export function fieldsOf(type: ProfileType): Field[] {
  return Object.entries(type.schema.properties).map(([name, schema]) => ({ name, schema }))
}

/** `integer` of `["integer", "null"]`. */
export function baseType({ type }: FieldSchema): string | undefined {
  return [type].flat().find((name) => name !== 'null')
}

export function isNullable({ type }: FieldSchema): boolean {
  return [type].flat().includes('null')
}

/** What a field without a widget is drawn with, or one whose widget only a newer page has: it goes by the type. */
export function widgetByType(schema: FieldSchema): Widget {
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

/** Whether there is anything to show: an object has what one of its members has. */
export function hasValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false
  if (typeof value !== 'object') return true
  return Object.values(value).some(hasValue)
}

/** What a field is called; its name, readably, where nobody has given it a label. */
export function fieldLabel({ name, schema }: Field, label: (labels: Labels) => string): string {
  const labels = schema['x-labels']
  return labels ? label(labels) : humanize(name)
}

/** `licence_year` → `Licence year` */
export function humanize(name: string): string {
  const words = name.replaceAll(/[_.]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
