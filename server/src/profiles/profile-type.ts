import { Type, type TSchema } from 'typebox'
import { isSecretKey } from '../activity/redact.ts'
import { type Labels } from '../http/schemas.ts'
import { lineField, listField, textField } from './fields.ts'

export type Fields = Record<string, unknown>

/** What a profile type declares; everything else about it follows from this. */
export type ProfileTypeDeclaration = {
  /** Names the type and, as `<name>_profile`, its section of the document: lower case, digits and underscores. */
  name: string
  labels: Labels
  /** The fields that the type adds to headline, bio and subjects, in the order that a form shows them. */
  fields: Record<string, TSchema>
  /** The fields that strangers see when the user makes the profile public. */
  publicFields: string[]
  /** The fields that the directory finds a profile by. */
  searchableFields: string[]
}

export type ProfileType = {
  name: string
  section: string
  labels: Labels
  /** Each field's schema; each has a default, which stands for a field that was never written. */
  fields: Record<string, TSchema>
  publicFields: readonly string[]
  searchableFields: readonly string[]
  defaults: Fields
}

/** The fields that every type has. `subjects` holds slugs of the catalogue (`GET /api/subjects/`). */
const commonFields = {
  headline: lineField(120, {
    labels: { uk: 'Заголовок', en: 'Headline' },
    hints: { uk: 'Одним рядком: хто ви', en: 'Who you are, in one line' },
  }),
  bio: textField(2000, { labels: { uk: 'Про себе', en: 'About' } }),
  subjects: listField(Type.String({ format: 'subject', maxLength: 50 }), 20, 'subjects', {
    labels: { uk: 'Предмети', en: 'Subjects' },
    description: 'Slugs of `GET /api/subjects/`.',
  }),
}

/**
 * Declares a profile type.
 *
 * @throws TypeError when the declaration contradicts itself: a programming error, found at start.
 */
export function defineProfileType(declaration: ProfileTypeDeclaration): ProfileType {
  const { name, labels } = declaration
  const fault = (what: string) => new TypeError(`profile type "${name}": ${what}`)
  if (!/^[a-z][a-z0-9_]{0,41}$/.test(name))
    throw fault('a name is lower case letters, digits and underscores')
  const fields: Record<string, TSchema> = { ...commonFields, ...declaration.fields }
  const defaults: Fields = {}
  for (const [field, schema] of Object.entries(fields)) {
    if (!/^[a-z][a-z0-9_]*$/.test(field)) throw fault(`"${field}" is not a snake_case name`)
    const secret = [field, ...memberNames(schema)].find(isSecretKey)
    if (secret !== undefined) throw fault(`"${secret}" looks like a secret, which has no place in a profile`)
    if (!('default' in schema)) throw fault(`the field "${field}" has no default`)
    const unnamed = unnamedChoice(schema)
    if (unnamed !== undefined) throw fault(`the field "${field}" ${unnamed}`)
    defaults[field] = schema.default
  }
  for (const field of [...declaration.publicFields, ...declaration.searchableFields]) {
    if (!(field in fields)) throw fault(`"${field}" is listed but not declared`)
  }
  return {
    name,
    section: `${name}_profile`,
    labels,
    fields,
    publicFields: declaration.publicFields,
    searchableFields: declaration.searchableFields,
    defaults,
  }
}

/** The names of an object's members, at any depth: they too end up in the log. */
function memberNames(schema: object): string[] {
  const { properties = {}, items } = schema as { properties?: Record<string, object>; items?: object }
  const nested = Object.entries(properties).flatMap(([name, member]) => [name, ...memberNames(member)])
  return items ? [...nested, ...memberNames(items)] : nested
}

/** What is amiss with the names of a choice's values; undefined for any other field. */
function unnamedChoice(schema: object): string | undefined {
  const {
    'x-widget': widget,
    'x-options': options = {},
    items,
    enum: own,
  } = schema as { 'x-widget'?: string; 'x-options'?: object; items?: { enum?: unknown[] }; enum?: unknown[] }
  if (widget !== 'choice' && widget !== 'choices') return undefined
  const values = (widget === 'choice' ? own : items?.enum)?.filter((value) => value !== null).map(String)
  if (values === undefined) return 'is a choice without an enum'
  const unlabelled = values.find((value) => !Object.hasOwn(options, value))
  if (unlabelled !== undefined) return `has no label for its value "${unlabelled}"`
  const stray = Object.keys(options).find((option) => !values.includes(option))
  return stray === undefined ? undefined : `has a label for "${stray}", which is none of its values`
}
