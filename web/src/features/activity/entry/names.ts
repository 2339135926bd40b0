/** What things are called that entries are about: sections, fields and their values. Pure. */
import type { ProfileType } from '@upm/client'
import type { TFunction } from 'i18next'
import { fieldLabel, fieldsOf, humanize, type Field, type FieldSchema } from '../../../fields/field-schema.ts'
import { itemTexts, valueText, type Words } from '../../../fields/value-text.ts'
import type { Labels } from '../../../i18n/labels.ts'
import { accountFields } from '../../../fields/account-fields.ts'

export type Names = ReturnType<typeof createNames>

export type NamesOptions = {
  t: TFunction<'activity'>
  words: Words
  types: readonly ProfileType[]
  /** What the actions of a host are called, by their codes. */
  actionLabels?: Readonly<Record<string, Labels>>
  /** The city of a time zone; until they are loaded it is the last part of the zone's name. */
  city?: (zone: string) => string
}

const SETTINGS: Readonly<Record<string, FieldSchema>> = {
  ui_language: { 'x-widget': 'languages' },
}

export function createNames({ t, words, types, actionLabels = {}, city = lastPart }: NamesOptions) {
  const bySection = new Map<string, ReadonlyMap<string, Field>>([
    ['user', byName(accountFields)],
    ...types.map((type) => [type.section, byName(fieldsOf(type))] as const),
  ])
  const typeLabels = new Map(types.map(({ name, labels }) => [name, words.label(labels)]))
  const sectionLabels = new Map([
    ['user', t('account')],
    ['settings', t('setting')],
    ...types.map(({ section, labels }) => [section, words.label(labels)] as const),
  ])
  const ownLabels = new Map([
    ['user.email', t('email')],
    ['user.role', t('role')],
    ['settings.timezone', t('timezone')],
    ['settings.ui_language', t('uiLanguage')],
    ['settings.notifications_enabled', t('notifications')],
    ['settings.privacy_public_profile', t('publicProfile')],
  ])
  // The database keeps the members of an entry in an order of its own.
  const order = [...bySection].flatMap(([section, fields]) =>
    [...fields.keys()].map((name) => `${section}.${name}`),
  )
  const places = new Map([...order, ...ownLabels.keys()].map((path, place) => [path, place]))
  const settingsWords: Words = { ...words, yes: t('on'), no: t('off') }

  const find = (section: string, name: string): Field =>
    bySection.get(section)?.get(name) ?? {
      name,
      schema: (section === 'settings' ? SETTINGS[name] : undefined) ?? {},
    }
  const wordsOf = (section: string) => (section === 'settings' ? settingsWords : words)

  return {
    t,
    language: words.language,
    /** `Київ` for `Europe/Kyiv`. */
    city,
    sectionLabel: (section: string) => sectionLabels.get(section) ?? humanize(section),
    /** What the host calls its action; undefined where it has not said so. */
    actionLabel: (code: string) => {
      const labels = Object.hasOwn(actionLabels, code) ? actionLabels[code] : undefined
      return labels && words.label(labels)
    },
    typeLabel: (type: string) => typeLabels.get(type) ?? humanize(type),
    fieldLabel: (section: string, name: string) =>
      ownLabels.get(`${section}.${name}`) ?? fieldLabel(find(section, name), words.label),
    /** Where a field stands among all fields; those that nobody here knows come last. */
    place: (section: string, name: string) => places.get(`${section}.${name}`) ?? places.size,
    /** A value in words; '' where there is none. */
    value: (section: string, name: string, value: unknown) =>
      valueText(value, find(section, name).schema, wordsOf(section)),
    /** The items of a list in words; undefined for what is no list. */
    items: (section: string, name: string, value: unknown) =>
      itemTexts(value, find(section, name).schema, wordsOf(section)),
    list: (texts: readonly string[]) =>
      new Intl.ListFormat(words.language, { type: 'conjunction' }).format(texts),
  }
}

function byName(fields: readonly Field[]): ReadonlyMap<string, Field> {
  return new Map(fields.map((field) => [field.name, field]))
}

function lastPart(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
}
