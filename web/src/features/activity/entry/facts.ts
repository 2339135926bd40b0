/** What an entry says besides its sentence and its changes, as a list of names and values. Pure. */
import type { ActivityEntry } from '@upm/client'
import { humanize } from '../../../fields/field-schema.ts'
import type { Format } from '../../../i18n/format.ts'
import { isValues, valuesOf } from './changes.ts'
import type { Names } from './names.ts'

/** `text` is '' where there is nothing. */
export type Fact = { label: string; text: string }

type Event = Pick<ActivityEntry, 'action' | 'metadata' | 'entity_type' | 'entity_id'>

const teller: Readonly<Record<string, (entry: Event, names: Names, format: Format) => Fact[]>> = {
  'profile.updated': () => [],
  'settings.updated': () => [],
  'avatar.uploaded': ({ metadata }, { t }, format) => {
    const { file_size, width, height } = metadata
    return [
      ...(typeof width === 'number' && typeof height === 'number'
        ? [{ label: t('dimensions'), text: `${format.number(width)} × ${format.number(height)}` }]
        : []),
      ...(typeof file_size === 'number' ? [{ label: t('fileSize'), text: format.fileSize(file_size) }] : []),
    ]
  },
  'avatar.deleted': () => [],
  'avatar.moved': () => [],
  'system.login': ({ metadata: { method } }, { t }) => {
    if (typeof method !== 'string') return []
    return [{ label: t('signInMethod'), text: method === 'password' ? t('password') : humanize(method) }]
  },
  'system.login.failed': () => [],
  'system.password.changed': () => [],
  'system.password.reset': () => [],
  'system.email.changed': () => [],
  'system.factor.changed': () => [],
  'system.export.requested': () => [],
  'system.export.downloaded': () => [],
  'system.account.leaving': ({ metadata: { erase_at: at } }, { t }, format) =>
    typeof at === 'string' ? [{ label: t('eraseAt'), text: format.dateTime(at) }] : [],
  'system.account.restored': () => [],
  'system.identity.linked': identityFacts,
  'system.identity.unlinked': identityFacts,
  'system.session.ended': () => [],
  'system.profile.initialized': ({ metadata }, names) => wholeDocument(valuesOf(metadata['initial']), names),
  'profile.checkpoint': ({ metadata }, names) => wholeDocument(valuesOf(metadata['document']), names),
  'invite.sent': ({ metadata: { channel } }, { t }) => {
    if (typeof channel !== 'string') return []
    return [{ label: t('channel'), text: channel === 'email' ? t('email') : humanize(channel) }]
  },
}

export function factsOf(entry: Event, names: Names, format: Format): Fact[] {
  return (teller[entry.action] ?? everything)(entry, names, format)
}

/** Whose tokens open the account, or did. */
function identityFacts({ metadata: { issuer } }: Event, { t }: Names): Fact[] {
  if (typeof issuer !== 'string') return []
  return [{ label: t('signInMethod'), text: issuer === 'built-in' ? t('password') : issuer }]
}

/** A whole document: its user, its settings, and of its profiles what was not empty. */
function wholeDocument(document: Readonly<Record<string, unknown>>, names: Names): Fact[] {
  const { role, ...user } = valuesOf(document['user'])
  const sections = { user, settings: document['settings'], ...profilesOf(document) }
  const shown = new Set(['email', 'first_name', 'last_name'])
  const facts = Object.entries(sections).flatMap(([section, values]) =>
    Object.entries(valuesOf(values))
      .filter(([field]) => section !== 'user' || shown.has(field))
      .sort(([one], [other]) => names.place(section, one) - names.place(section, other))
      .map(([field, value]) => ({
        label: names.fieldLabel(section, field),
        text: names.value(section, field, value),
      })),
  )
  if (typeof role === 'string') facts.unshift({ label: names.t('role'), text: names.typeLabel(role) })
  return facts.filter(({ text }) => text !== '')
}

function profilesOf(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([section]) => section.endsWith('_profile')))
}

/** Of an action that nobody here knows: all that it says, by the names that it has there. */
function everything({ metadata, entity_type, entity_id }: Event, { t }: Names, format: Format): Fact[] {
  const about = [entity_type === null ? '' : humanize(entity_type), entity_id ?? ''].filter(Boolean).join(' ')
  return [...(about === '' ? [] : [{ label: t('subject'), text: about }]), ...factsIn(metadata, t, format)]
}

function factsIn(
  values: Readonly<Record<string, unknown>>,
  t: Names['t'],
  format: Format,
  path = '',
): Fact[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const label = path === '' ? humanize(name) : `${path} · ${humanize(name)}`
    return isValues(value) ? factsIn(value, t, format, label) : [{ label, text: plainText(value, t, format) }]
  })
}

/** `2026-11-22T10:15:32Z`, with or without a fraction. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/

function plainText(value: unknown, t: Names['t'], format: Format): string {
  if (value === null || value === undefined) return ''
  if (value === '[redacted]') return t('hidden')
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (typeof value === 'number') return format.number(value)
  if (typeof value === 'string') {
    return INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? format.dateTime(value) : value
  }
  if (Array.isArray(value)) return value.map((one) => plainText(one, t, format)).join(', ')
  return JSON.stringify(value)
}
