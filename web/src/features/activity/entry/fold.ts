/** Entries that say the same, as one. Pure. */
import type { ActivityEntry } from '@upm/client'
import { deviceOf, deviceText } from '../../../i18n/device.ts'
import { isAlarming } from './alarm.ts'
import type { Names } from './names.ts'
import { sentence } from './sentence.ts'

/** A day may have thousands of one kind; more than this are several folds, of which each can be opened at once. */
const MOST_IN_FOLD = 50

type Event = Pick<ActivityEntry, 'id' | 'action' | 'metadata' | 'ip_address' | 'user_agent' | 'actor'>

/**
 * Puts entries that follow on each other and say the same into one list; an entry that says something of its own is alone
 * in its list. A sign-in from a new device always is: it has to be looked at.
 */
export function foldEqual<Entry extends Event>(entries: readonly Entry[], names: Names): Entry[][] {
  const folds: { says: string; entries: Entry[] }[] = []
  for (const entry of entries) {
    const isSingle = isAlarming(entry) && entry.action === 'system.login'
    const says = isSingle
      ? entry.id
      : [sentence(entry, names), entry.action, entry.actor?.kind ?? '', entry.actor?.id ?? ''].join('\n')
    const last = folds.at(-1)
    if (last?.says === says && last.entries.length < MOST_IN_FOLD) last.entries.push(entry)
    else folds.push({ says, entries: [entry] })
  }
  return folds.map((fold) => fold.entries)
}

/** What equal entries say together: `4 sign-ins, 2 devices`, `You changed “About” · 3 times`. */
export function foldedSentence(entries: readonly Event[], names: Names): string {
  const { t } = names
  const [first] = entries
  if (!first) return ''
  const count = entries.length
  if (first.action !== 'system.login') return t('times', { what: sentence(first, names), count })
  const signIns = t('signIns', { count })
  const devices = devicesOf(entries)
  return devices.length === 0 ? signIns : `${signIns}, ${t('devices', { count: devices.length })}`
}

/** The devices that entries came from, each once: `Firefox 145, Linux`. */
export function devicesOf(entries: readonly Pick<Event, 'user_agent'>[]): string[] {
  const devices = entries.flatMap(({ user_agent: userAgent }) =>
    userAgent === null || userAgent === '' ? [] : [textOf(userAgent)],
  )
  return [...new Set(devices)]
}

function textOf(userAgent: string): string {
  const device = deviceOf(userAgent)
  return device ? deviceText(device) : userAgent
}
