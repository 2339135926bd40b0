/** The fields of profile types as `GET /api/profile-types/` describes them: all that a form knows of a field. Pure. */
import type { ProfileType } from '@upm/client'
import type { Labels } from '../i18n/labels.ts'

/** A JSON Schema with the annotations of docs/profile-types.md. */
export type FieldSchema = {
  type?: string | readonly string[]
  format?: string
  enum?: readonly unknown[]
  maxLength?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  items?: FieldSchema
  properties?: Record<string, FieldSchema>
  default?: unknown
  description?: string
  'x-labels'?: Labels
  'x-hints'?: Labels
  'x-widget'?: string
  /** What each value of a choice is called. */
  'x-options'?: Record<string, Labels>
  /** Whether strangers see the field once the profile is public. */
  'x-public'?: boolean
}

export type Field = { name: string; schema: FieldSchema }

export type FilledField = Field & { value: unknown }

/** The fields of a type in the order of a form. */
export function fieldsOf(type: ProfileType): Field[] {
  const { properties = {} } = type.schema as { properties?: Record<string, FieldSchema> }
  return Object.entries(properties).map(([name, schema]) => ({ name, schema }))
}

/** `integer` of `["integer", "null"]`. */
export function baseType({ type }: FieldSchema): string | undefined {
  return [type].flat().find((name) => name !== 'null')
}

export function isNullable({ type }: FieldSchema): boolean {
  return [type].flat().includes('null')
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
