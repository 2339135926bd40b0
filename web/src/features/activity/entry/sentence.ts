/** What happened, in one sentence. Pure. */
import type { ActivityEntry } from '@upm/client'
import { humanize } from '../../../fields/field-schema.ts'
import { languageName } from '../../../i18n/language-name.ts'
import { isAlarming } from './alarm.ts'
import type { Change } from './changes.ts'
import { orderedChanges } from './change-view.ts'
import type { Names } from './names.ts'

type Event = Pick<ActivityEntry, 'action' | 'metadata' | 'ip_address' | 'user_agent' | 'actor'>

/** More fields than this are counted and no longer named. */
const MOST_FIELDS = 4

const sentences: Readonly<Record<string, (entry: Event, names: Names) => string>> = {
  'profile.updated': profileSentence,
  'settings.updated': settingsSentence,
  'avatar.uploaded': (entry, { t }) =>
    t(`${teller(entry)}.${entry.metadata['previous_url'] === undefined ? 'photoAdded' : 'photoReplaced'}`),
  'avatar.deleted': (entry, { t }) => t(`${teller(entry)}.photoRemoved`),
  'avatar.moved': (_entry, { t }) => t('photoMoved'),
  'system.login': (entry, { t }) => t(`${teller(entry)}.${isAlarming(entry) ? 'signedInNew' : 'signedIn'}`),
  'system.login.failed': (_entry, { t }) => t('signInFailed'),
  'system.password.changed': (entry, { t }) => t(`${teller(entry)}.passwordChanged`),
  'system.password.reset': (entry, { t }) => t(`${teller(entry)}.passwordReset`),
  'system.email.changed': (_entry, { t }) => t('emailChanged'),
  'system.factor.changed': factorSentence,
  'system.export.requested': (_entry, { t }) => t('exportRequested'),
  'system.export.downloaded': (_entry, { t }) => t('exportDownloaded'),
  'system.account.leaving': (_entry, { t }) => t('accountLeaving'),
  'system.account.restored': (_entry, { t }) => t('accountRestored'),
  'system.identity.linked': (_entry, { t }) => t('identityLinked'),
  'system.identity.unlinked': (_entry, { t }) => t('identityUnlinked'),
  'system.session.ended': ({ metadata: { count } }, { t }) =>
    t('sessionsEnded', { count: typeof count === 'number' ? count : 1 }),
  'system.profile.initialized': ({ metadata }, { t }) =>
    t(metadata['source'] === 'token' ? 'created' : 'connected'),
  'profile.type_added': (entry, names) => typeSentence('typeAdded', entry, names),
  'profile.type_activated': (entry, names) => typeSentence('typeActivated', entry, names),
  'profile.type_removed': (entry, names) => typeSentence('typeRemoved', entry, names),
  'profile.upgraded': (entry, names) => names.t('typeUpgraded', { type: typeOf(entry, names) }),
  'profile.checkpoint': (_entry, { t }) => t('checkpoint'),
  'invite.sent': (entry, { t }) => {
    const { to } = entry.metadata
    return typeof to === 'string' ? t(`${teller(entry)}.invitedWhom`, { to }) : t(`${teller(entry)}.invited`)
  },
}

/** The sentence for an entry. Actions that a host has added have its label, or are said by their code: `Lesson booked`. */
export function sentence(entry: Event, names: Names): string {
  const { action, metadata } = entry
  const label = names.actionLabel(action)
  if (label !== undefined) return fill(label, metadata)
  return sentences[action]?.(entry, names) ?? humanize(action.replace(/^system\./, ''))
}

const FACTOR_CHANGES = [
  'totp_added',
  'totp_removed',
  'recovery_codes_renewed',
  'recovery_codes_used',
  'passkey_added',
  'passkey_removed',
  'passkey_renamed',
] as const

function factorSentence({ metadata }: Event, { t }: Names): string {
  const change = `${String(metadata['factor'])}_${String(metadata['change'])}`
  return t(`factor.${FACTOR_CHANGES.find((known) => known === change) ?? 'other'}`)
}

/** Puts members of the metadata into their places. A place whose member is no text and no number is empty. */
function fill(label: string, metadata: Event['metadata']): string {
  const text = label.replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  })
  return text.trim().replace(/[\s:]+$/, '')
}

/**
 * Who tells it: a sentence about the user, or one that names nobody. What came with a request was done by the user,
 * unless the entry says who else has acted. Jobs write entries without a request.
 */
function teller({ ip_address, user_agent, actor }: Event): 'byUser' | 'reported' {
  if (actor !== null) return 'reported'
  return ip_address !== null || user_agent !== null ? 'byUser' : 'reported'
}

function typeSentence(
  what: 'typeAdded' | 'typeActivated' | 'typeRemoved',
  entry: Event,
  names: Names,
): string {
  return names.t(`${teller(entry)}.${what}`, { type: typeOf(entry, names) })
}

/** What the type is called that an entry is about. */
function typeOf({ metadata }: Event, { typeLabel }: Names): string {
  const { profile_type: name } = metadata
  return typeof name === 'string' ? typeLabel(name) : ''
}

function profileSentence(entry: Event, names: Names): string {
  const { t } = names
  const labels = labelsOf(orderedChanges(entry, names), names)
  if (labels.length === 0) return t(`${teller(entry)}.profile`)
  return t(`${teller(entry)}.${labels.length === 1 ? 'field' : 'fields'}`, { fields: listOf(labels, names) })
}

function settingsSentence(entry: Event, names: Names): string {
  const { t } = names
  const changes = orderedChanges(entry, names)
  const [first] = changes
  if (!first) return t(`${teller(entry)}.settings`)
  const fields = listOf(labelsOf(changes, names), names)
  if (changes.length > 1) return t(`${teller(entry)}.someSettings`, { fields })
  return settingSentence(first, teller(entry), names) ?? t(`${teller(entry)}.setting`, { fields })
}

/** A sentence of its own for one setting; undefined for settings and values that nobody here knows. */
function settingSentence(
  { field, before, after }: Change,
  who: 'byUser' | 'reported',
  { t, city }: Names,
): string | undefined {
  if (typeof before === 'string' && typeof after === 'string') {
    if (field === 'timezone') {
      return t(`${who}.zone`, { before: city(before), after: city(after) })
    }
    if (field === 'ui_language')
      return t(`${who}.language`, { before: ownName(before), after: ownName(after) })
  }
  if (typeof after !== 'boolean') return undefined
  if (field === 'notifications_enabled') return t(`${who}.${after ? 'notificationsOn' : 'notificationsOff'}`)
  if (field === 'privacy_public_profile') return t(`${who}.${after ? 'madePublic' : 'madePrivate'}`)
  return undefined
}

function ownName(code: string): string {
  try {
    return languageName(code)
  } catch {
    // No language tag at all.
    return code
  }
}

/** The fields by their labels, each once: two profiles of an account have fields of the same name. */
function labelsOf(changes: readonly Change[], names: Names): string[] {
  return [...new Set(changes.map(({ section, field }) => names.fieldLabel(section, field)))]
}

/** Labels in quotation marks: they are no words of the sentence, and are not declined. */
function listOf(labels: readonly string[], { t, list }: Names): string {
  const named = labels.length > MOST_FIELDS ? labels.slice(0, MOST_FIELDS - 1) : labels
  const texts = named.map((label) => t('quoted', { label }))
  if (named.length === labels.length) return list(texts)
  return list([...texts, t('moreFields', { number: labels.length - named.length })])
}
