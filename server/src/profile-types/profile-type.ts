import { Type, type TSchema } from 'typebox'
import { isSecretKey } from '../log/redact.ts'
import { type Labels } from '../http/schemas.ts'
import { withLimits } from './bounds.ts'
import { withTypes } from './choices.ts'
import { ACCOUNT_PARTS, completenessOf, type CompletenessItem, type DeclaredWeight } from './completeness.ts'
import { lineField, listField, textField, WIDGETS, type FieldAbout } from './fields.ts'
import { groupsOf, type FieldGroup } from './groups.ts'
import type { JsonSchema } from '../http/json-schema.ts'
import { messageOf } from '../values.ts'

export type Fields = Record<string, unknown>

const MAX_VERSION = 1_000_000

/** The declaration of a profile type. Everything else about the type follows from it. */
export type ProfileTypeDeclaration = {
  /** The name of the type: lower-case letters, digits and underscores. Its section of the document is `<name>_profile`. */
  name: string
  labels: Labels
  /** The fields that the type adds to headline, bio and subjects, in the order that a form shows them. */
  fields: Record<string, TSchema>
  /** Other words for the fields that every type has, such as an example that fits the type. */
  commonFields?: Partial<Record<CommonField, Partial<FieldAbout>>>
  /** The fields that everybody can see if the user makes the profile public. */
  publicFields: string[]
  /** The fields that the directory searches. */
  searchableFields: string[]
  /**
   * What a profile must have before it can be published: names of fields, and `photo`, `first_name`, `last_name`.
   * Default: nothing.
   */
  required?: string[]
  /**
   * What each field adds to the completeness of a profile, by the same names: a weight, or `{ weight, from }` for a text
   * or list that counts only from a length on. Weights are positive whole numbers, relative to each other. Default: the
   * photo, the public fields and the required ones count the same.
   */
  completeness?: Record<string, DeclaredWeight>
  /**
   * The parts of the form. Each field is in one; fields that no group names come last, in a group `other`. Default: one
   * group of all fields.
   */
  groups?: FieldGroup[]
  /** The roles whose accounts may add a profile of this type. Default: every role. */
  addableBy?: string[]
  /** What the account page calls the button that adds a profile of this type: `I also learn`. Default: the name of the type. */
  addLabels?: Labels
  /** Values of fields, as somebody could have written them: the examples of the API show a profile with them. */
  example?: Fields
  /** The version of the declaration: raise it by one where stored fields have to become others. Default: 1. */
  version?: number
  /**
   * Returns the fields of this version for fields that were stored under an older one. A version above 1 needs it. It is
   * called again and again for the same fields, also to read them, so it depends on nothing else, and is quick.
   *
   * @param fields what was stored: a copy, without the fields that were never written
   * @param version the version under which it was stored
   * @returns all fields of the profile, also those that stay. A field that is left out is deleted.
   */
  upgrade?: (fields: Fields, version: number) => Fields
}

export type ProfileType = {
  name: string
  section: `${string}_profile`
  labels: Labels
  /** The schema of each field. Its default is the value of a field that was never written. */
  fields: Record<string, TSchema>
  publicFields: readonly string[]
  searchableFields: readonly string[]
  required: readonly string[]
  completeness: readonly CompletenessItem[]
  groups: readonly FieldGroup[]
  defaults: Fields
  example: Fields
  addableBy: readonly string[] | undefined
  addLabels: Labels | undefined
  version: number
  upgrade: ((fields: Fields, version: number) => unknown) | undefined
}

type CommonField = 'headline' | 'bio' | 'subjects'

/** The fields that every type has. `subjects` holds slugs of the catalogue (`GET /api/subjects/`). */
function commonFields(about: ProfileTypeDeclaration['commonFields'] = {}): Record<CommonField, TSchema> {
  return {
    headline: lineField(120, {
      labels: { uk: 'Одним реченням', en: 'Headline' },
      hints: { uk: 'Хто ви й чим корисні', en: 'Who you are and how you can help' },
      ...about.headline,
    }),
    bio: textField(2000, { labels: { uk: 'Про себе', en: 'About' }, ...about.bio }),
    subjects: listField(Type.String({ format: 'subject', maxLength: 50 }), 20, 'subjects', {
      labels: { uk: 'Предмети', en: 'Subjects' },
      description: 'Subjects, by their slugs. `GET /api/subjects/` lists them.',
      ...about.subjects,
    }),
  }
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
  const common = commonFields(declaration.commonFields)
  const stranger = Object.keys(declaration.commonFields ?? {}).find((field) => !(field in common))
  if (stranger !== undefined)
    throw fault(`"${stranger}" is in "commonFields", but these are ${Object.keys(common).join(', ')}`)
  const fields: Record<string, TSchema> = { ...common, ...Object.fromEntries(own) }
  const defaults: Fields = {}
  for (const [field, schema] of Object.entries(fields)) {
    if (!/^[a-z][a-z0-9_]*$/.test(field)) throw fault(`"${field}" is not a snake_case name`)
    if (ACCOUNT_PARTS.some((part) => part === field))
      throw fault(`"${field}" is a part of every account and cannot be the name of a field`)
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
  const { version = 1, upgrade } = declaration
  if (!Number.isInteger(version) || version < 1 || version > MAX_VERSION)
    throw fault(`"version" is not a whole number from 1 to ${MAX_VERSION}`)
  if (version > 1 && typeof upgrade !== 'function')
    throw fault(`version ${version} has no "upgrade", which makes fields of older versions new ones`)
  const stray = Object.keys(declaration.example ?? {}).find((field) => !(field in fields))
  if (stray !== undefined) throw fault(`"${stray}" is in the example but not declared`)
  let form: Pick<ProfileType, 'required' | 'completeness' | 'groups'>
  try {
    const groups = groupsOf(Object.keys(fields), declaration.groups)
    form = { ...completenessOf({ ...declaration, fields, defaults }), groups }
  } catch (cause) {
    throw fault(messageOf(cause))
  }
  return {
    name,
    section: `${name}_profile`,
    labels,
    fields,
    publicFields: declaration.publicFields,
    searchableFields: declaration.searchableFields,
    ...form,
    defaults,
    example: declaration.example ?? {},
    addableBy: declaration.addableBy,
    addLabels: declaration.addLabels,
    version,
    upgrade,
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
