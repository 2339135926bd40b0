/**
 * What a demo person's log tells. First the story, the same for everybody: the account is made, filled in, given its
 * settings and a picture, and a friend is invited; it ends in the document as it is today. Then visits: two logins, a
 * login and an invitation, or a change that is taken back. Each visit stands for itself, at a time of its own, so that
 * more of them can be added later, anywhere between the others, and the log still replays to the state.
 */
import { documentActions } from '../document/actions.ts'
import { avatarActions } from '../media/actions.ts'
import { signInActions } from '../sign-in/actions.ts'
import { hostActions } from '../log/host-actions.ts'
import { isDeepStrictEqual } from 'node:util'
import { createActions } from '../log/actions.ts'
import type { EntryRow } from '../log/insert.ts'
import type { Avatar } from '../media/present.ts'
import type { ProfileDocument } from '../document/present.ts'
import type { Fields } from '../profile-types/profile-type.ts'
import type { DemoPerson } from './people.ts'
import {
  chance,
  createRandom,
  entryId,
  evenlySpread,
  pick,
  PURPOSE,
  whole,
  type Random,
  nth,
} from './random.ts'
import { isRecord, memberOf } from '../values.ts'

/** A time in microseconds since 1970. Its last digit is never 0, so that PostgreSQL writes it with all six decimals. */
export type Micros = number

const actions = createActions([...documentActions, ...avatarActions, ...signInActions, ...hostActions])

const SECOND = 1_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** No log begins longer before its end. */
export const MAX_LIFETIME = 365 * DAY

/** The story takes less; visits begin after it. */
const STORY_LENGTH = 20 * DAY

/**
 * Changes happen in the first visits only: these have a slot of time to themselves, so that no change is made while
 * another one waits to be taken back. Later visits fall in between and change nothing.
 */
const SLOTS = 512

/** The entries of a story are numbered from 0, those of the visits from here, two each. */
const FIRST_VISIT_ENTRY = 16
const SECOND_LOGIN_ENTRY = 15

/** An account of the demo: the person, and what only this database can say. */
export type DemoAccount = { person: DemoPerson; id: number; createdAt: Micros }

/** The picture of the story, and whether it is there today; somebody without one has deleted an earlier one. */
export type StoryPicture = { uploaded: Pick<Avatar, 'url' | 'file_size' | 'width' | 'height'>; kept: boolean }

/** What the changes amount to: the version and times of the document after them. */
export type Changes = { count: number; lastAt: Micros; lastAtBySection: Record<string, Micros> }

/** When the person's account was made, for a demo whose last day ends at `end`. */
export function joinedAt(person: DemoPerson, end: Micros): Micros {
  return end - lifetime(person)
}

function lifetime({ index }: DemoPerson): Micros {
  const random = createRandom(PURPOSE.story, index)
  return exact(
    whole(random, 60, 363) * DAY + whole(random, 0, 24 * 3600) * SECOND + whole(random, 0, SECOND - 1),
  )
}

/** The story's times, always in this order. */
function storyTimes({ person, createdAt }: DemoAccount) {
  const random = createRandom(PURPOSE.story, person.index, 1)
  const later = (from: Micros, min: number, max: number) =>
    exact(from + min + Math.floor(random() * (max - min)))
  const login = later(createdAt, 2 * SECOND, 30 * SECOND)
  const profile = later(login, 4 * MINUTE, 40 * MINUTE)
  const settings = later(profile, MINUTE, HOUR)
  const uploaded = later(settings, HOUR, 2 * DAY)
  const invited = later(uploaded, DAY, 5 * DAY)
  const deleted = later(invited, DAY, 5 * DAY)
  const again = later(deleted, HOUR, 5 * DAY)
  return { login, profile, settings, uploaded, invited, deleted, again }
}

/**
 * The entries of the story, in order of time.
 *
 * @param initial the document as it was when the account was made
 */
export function tellStory(account: DemoAccount, initial: ProfileDocument, picture: StoryPicture): EntryRow[] {
  const { person, createdAt } = account
  const at = storyTimes(account)
  const { uploaded, kept } = picture
  const { url: avatar_url, file_size, width, height } = uploaded
  const write = entryWriter(account, createRandom(PURPOSE.story, person.index, 2))
  const changes: Record<string, { old: Fields; new: Fields }> = {}
  for (const [section, fields] of Object.entries(person.sections)) {
    const before = memberOf(initial, section)
    changes[section] = difference(isRecord(before) ? before : {}, fields)
  }
  const changed = Object.values(changes).flatMap((change) => Object.keys(change.new))
  const settings = difference(initial.settings, person.settings)
  return [
    write(0, createdAt, 'system.profile.initialized', { initial, source: 'token' }),
    write(1, at.login, 'system.login', { method: 'password', new_device: false }),
    write(2, at.profile, 'profile.updated', { changed, changes }),
    write(3, at.settings, 'settings.updated', settingsChange(settings.old, settings.new)),
    write(4, at.uploaded, 'avatar.uploaded', { avatar_url, file_size, width, height }),
    write(5, at.invited, 'invite.sent', invitation(person)),
    ...(kept ? [] : [write(6, at.deleted, 'avatar.deleted', { previous_url: avatar_url })]),
  ]
}

/** When the picture of the story was uploaded. */
export function pictureTime(account: DemoAccount): Micros {
  return storyTimes(account).uploaded
}

/** How many entries the story has. */
export function storyLength(kept: boolean): number {
  return kept ? 6 : 7
}

/** What the story changed, after which the document is as it is today. */
export function storyChanges(account: DemoAccount, kept: boolean): Changes {
  const { profile, uploaded, deleted } = storyTimes(account)
  const lastAtBySection = Object.fromEntries(
    Object.keys(account.person.sections).map((section) => [section, profile]),
  )
  return { count: kept ? 3 : 4, lastAt: kept ? uploaded : deleted, lastAtBySection }
}

/** One more login after the story, for the account that makes an odd number of entries even. */
export function secondLogin(account: DemoAccount): EntryRow {
  const write = entryWriter(account, createRandom(PURPOSE.story, account.person.index, 3))
  return write(SECOND_LOGIN_ENTRY, storyTimes(account).again, 'system.login', {
    method: 'password',
    new_device: false,
  })
}

type Visit = { kind: 'logins' | 'invitation' | 'whim'; first: Micros; second: Micros; random: Random }

function visitOf({ person, createdAt }: DemoAccount, visit: number): Visit {
  const random = createRandom(PURPOSE.visit, person.index, visit)
  const span = lifetime(person) - STORY_LENGTH
  const slot = span / SLOTS
  // From today backwards: the first visits are the newest, and a short log shows something recent.
  const start = createdAt + lifetime(person) - evenlySpread(visit) * span - slot
  const first = exact(start + random() * 0.2 * slot)
  const second = exact(first + (0.1 + random() * 0.6) * slot)
  const choice = random()
  if (choice < 0.3 && visit < SLOTS) return { kind: 'whim', first, second, random }
  return { kind: choice < 0.5 ? 'invitation' : 'logins', first, second, random }
}

/** The two entries of a visit. */
export function tellVisit(account: DemoAccount, visit: number): [EntryRow, EntryRow] {
  const { person } = account
  const { kind, first, second, random } = visitOf(account, visit)
  const whim = pick(random, person.whims)
  const write = entryWriter(account, random)
  const number = FIRST_VISIT_ENTRY + 2 * visit
  const login = () => ({ method: 'password', new_device: chance(random, 0.05) })
  if (kind === 'logins') {
    return [write(number, first, 'system.login', login()), write(number + 1, second, 'system.login', login())]
  }
  if (kind === 'invitation') {
    return [
      write(number, first, 'system.login', login()),
      write(number + 1, second, 'invite.sent', invitation(person)),
    ]
  }
  const { section, fields: tried } = whim
  const kept = pickFields(
    (section === 'settings' ? person.settings : person.sections[section]) ?? {},
    Object.keys(tried),
  )
  const action = section === 'settings' ? 'settings.updated' : 'profile.updated'
  const change = (old: Fields, now: Fields) =>
    section === 'settings'
      ? settingsChange(old, now)
      : { changed: Object.keys(now), changes: { [section]: { old, new: now } } }
  return [
    write(number, first, action, change(kept, tried)),
    write(number + 1, second, action, change(tried, kept)),
  ]
}

/** What these visits changed, without telling them. */
export function visitChanges(account: DemoAccount, visits: Iterable<number>): Changes {
  const changes: Changes = { count: 0, lastAt: 0, lastAtBySection: {} }
  for (const visit of visits) {
    if (visit >= SLOTS) break
    const { kind, second, random } = visitOf(account, visit)
    if (kind !== 'whim') continue
    const { section } = pick(random, account.person.whims)
    changes.count += 2
    changes.lastAt = Math.max(changes.lastAt, second)
    if (section === 'settings') continue
    changes.lastAtBySection[section] = Math.max(changes.lastAtBySection[section] ?? 0, second)
  }
  return changes
}

/** The entry by which one can tell whether a visit is in the log, since its two entries are written at once. */
export function visitMark(account: DemoAccount, visit: number): { id: string; at: Micros } {
  const { second } = visitOf(account, visit)
  return { id: entryId(second, account.id, FIRST_VISIT_ENTRY + 2 * visit + 1), at: second }
}

function entryWriter({ id: userId, person }: DemoAccount, random: Random) {
  return (number: number, at: Micros, action: string, metadata: Record<string, unknown>): EntryRow => ({
    id: entryId(at, userId, number),
    userId,
    actor: null,
    action,
    entityType: actions.get(action)?.entityType ?? null,
    entityId: String(userId),
    metadata,
    at: toInstant(at),
    ...originOf(person, random),
    requestId: null,
  })
}

const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0',
]
const phoneAgents = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
]

/** Two devices each: a computer at home and a phone, at addresses that are nobody's (RFC 5737, RFC 3849). */
function originOf({ index }: DemoPerson, random: Random): { ipAddress: string; userAgent: string } {
  const host = (index % 254) + 1
  if (chance(random, 0.6)) {
    const network = index % 2 === 0 ? '192.0.2' : '203.0.113'
    return { ipAddress: `${network}.${host}`, userAgent: nth(userAgents, index) }
  }
  const address =
    index % 3 === 0 ? `198.51.100.${host}` : `2001:db8:${(index % 0xffff).toString(16)}::${host.toString(16)}`
  return { ipAddress: address, userAgent: nth(phoneAgents, index) }
}

function invitation({ index }: DemoPerson): Record<string, unknown> {
  return { channel: 'email', to: `friend.${index + 1}@example.org` }
}

function settingsChange(before: Fields, after: Fields): Record<string, unknown> {
  return { changed: Object.keys(after), before, after }
}

/** The fields whose value differs, old and new. */
function difference(old: Fields, now: Fields): { old: Fields; new: Fields } {
  const names = Object.keys(now).filter((name) => !isDeepStrictEqual(old[name], now[name]))
  return { old: pickFields(old, names), new: pickFields(now, names) }
}

function pickFields(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]))
}

function exact(micros: number): Micros {
  const floor = Math.floor(micros)
  return floor % 10 === 0 ? floor + 1 : floor
}

/** When the demo of an account that is there already ended. */
export function endOf({ person, createdAt }: DemoAccount): Micros {
  return createdAt + lifetime(person)
}

export function toMicros(instant: string): Micros {
  return Date.parse(`${instant.slice(0, 23)}Z`) * 1000 + Number(instant.slice(23, 26))
}

/** `2026-11-22T10:15:32.004211Z` */
export function toInstant(micros: Micros): string {
  const fraction = String(micros % 1000).padStart(3, '0')
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${fraction}Z`
}
