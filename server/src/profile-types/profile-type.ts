import { Type, type TSchema } from 'typebox'
import { isSecretKey } from '../log/redact.ts'
import { type Labels } from '../http/schemas.ts'
import { withLimits } from './bounds.ts'
import { withTypes } from './choices.ts'
import { lineField, listField, textField, WIDGETS } from './fields.ts'
import type { JsonSchema } from '../http/json-schema.ts'
import { messageOf } from '../values.ts'

export type Fields = Record<string, unknown>

/** The declaration of a profile type. Everything else about the type follows from it. */
export type ProfileTypeDeclaration = {
  /** The name of the type: lower-case letters, digits and underscores. Its section of the document is `<name>_profile`. */
  name: string
  labels: Labels
  /** The fields that the type adds to headline, bio and subjects, in the order that a form shows them. */
  fields: Record<string, TSchema>
  /** The fields that everybody can see if the user makes the profile public. */
  publicFields: string[]
  /** The fields that the directory searches. */
  searchableFields: string[]
  /** Values of fields, as somebody could have written them: the examples of the API show a profile with them. */
  example?: Fields
}

export type ProfileType = {
  name: string
  section: `${string}_profile`
  labels: Labels
  /** The schema of each field. Its default is the value of a field that was never written. */
  fields: Record<string, TSchema>
  publicFields: readonly string[]
  searchableFields: readonly string[]
  defaults: Fields
  example: Fields
}

/** The fields that every type has. `subjects` holds slugs of the catalogue (`GET /api/subjects/`). */
const commonFields = {
  headline: lineField(120, {
    labels: { uk: 'Заголовок', en: 'Headline' },
    hints: { uk: 'Опишіть себе одним рядком', en: 'Describe yourself in one line' },
  }),
  bio: textField(2000, { labels: { uk: 'Про себе', en: 'About' } }),
  subjects: listField(Type.String({ format: 'subject', maxLength: 50 }), 20, 'subjects', {
    labels: { uk: 'Предмети', en: 'Subjects' },
    description: 'Subjects, by their slugs. `GET /api/subjects/` lists them.',
  }),
}

/**
 * Declares a profile type. Pass it as `profileTypes` when you register UPM.
 *
 * @throws TypeError if the declaration contradicts itself. This is a programming error, which is found at start.
 */
export function defineProfileType(declaration: ProfileTypeDeclaration): ProfileType {
  const { name, labels } = declaration
  const fault = (what: string) => new TypeError(`profile type "${name}": ${what}`)
  if (!/^[a-z][a-z0-9_]{0,41}$/.test(name))
    throw fault('a name is lower case letters, digits and underscores')
  const own = Object.entries(declaration.fields).map(([field, schema]) => [field, withTypes(schema)] as const)
  const fields: Record<string, TSchema> = { ...commonFields, ...Object.fromEntries(own) }
  const defaults: Fields = {}
  for (const [field, schema] of Object.entries(fields)) {
    if (!/^[a-z][a-z0-9_]*$/.test(field)) throw fault(`"${field}" is not a snake_case name`)
    const secret = [field, ...memberNames(schema)].find(isSecretKey)
    if (secret !== undefined) throw fault(`"${secret}" looks like a secret, which has no place in a profile`)
    if (!('default' in schema)) throw fault(`the field "${field}" has no default`)
    const unknown = widgets(schema).find((widget) => !WIDGETS.some((known) => known === widget))
    if (unknown !== undefined)
      throw fault(`the field "${field}" has the widget "${unknown}"; there are ${WIDGETS.join(', ')}`)
    const unnamed = unnamedChoice(schema)
    if (unnamed !== undefined) throw fault(`the field "${field}" ${unnamed}`)
    defaults[field] = schema.default
    try {
      fields[field] = withLimits(schema)
    } catch (cause) {
      throw fault(`the field "${field}": ${messageOf(cause)}`)
    }
  }
  for (const field of [...declaration.publicFields, ...declaration.searchableFields]) {
    if (!(field in fields)) throw fault(`"${field}" is listed but not declared`)
  }
  const stray = Object.keys(declaration.example ?? {}).find((field) => !(field in fields))
  if (stray !== undefined) throw fault(`"${stray}" is in the example but not declared`)
  return {
    name,
    section: `${name}_profile`,
    labels,
    fields,
    publicFields: declaration.publicFields,
    searchableFields: declaration.searchableFields,
    defaults,
    example: declaration.example ?? {},
  }
}

/** The names of an object's members, at any depth: they too end up in the log. */
function memberNames(schema: object): string[] {
  const { properties = {}, items }: JsonSchema = schema
  const nested = Object.entries(properties).flatMap(([name, member]) => [name, ...memberNames(member)])
  return items ? [...nested, ...memberNames(items)] : nested
}

/** The widgets of a field and of what is in it. */
function widgets(schema: object): string[] {
  const { 'x-widget': own, properties = {}, items }: JsonSchema = schema
  const parts = [...Object.values(properties), ...(items ? [items] : [])]
  return [...(own === undefined ? [] : [own]), ...parts.flatMap(widgets)]
}

/** What is amiss with the names of a choice's values; undefined for any other field. */
function unnamedChoice(schema: object): string | undefined {
  const { 'x-widget': widget, 'x-options': options = {}, items, enum: own }: JsonSchema = schema
  if (widget !== 'choice' && widget !== 'choices') return undefined
  const values = (widget === 'choice' ? own : items?.enum)?.filter((value) => value !== null).map(String)
  if (values === undefined) return 'is a choice without an enum'
  const unlabelled = values.find((value) => !Object.hasOwn(options, value))
  if (unlabelled !== undefined) return `has no label for its value "${unlabelled}"`
  const stray = Object.keys(options).find((option) => !values.includes(option))
  return stray === undefined ? undefined : `has a label for "${stray}", which is none of its values`
}
