import { createHash } from 'node:crypto'
import { transaction } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { renderAvatar } from '../media/image.ts'
import { avatarFileKey, type NewAvatar } from '../media/present.ts'
import { noteFiles } from '../media/unclaimed-files.ts'
import { OperatorError } from '../operator-error.ts'
import { presentDocument } from '../document/present.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { findAccounts, listPeople, type Demo } from './demo.ts'
import {
  joinedAt,
  pictureTime,
  storyChanges,
  storyLength,
  tellStory,
  toInstant,
  type DemoAccount,
} from './life.ts'
import { createPerson, indexOfEmail, type DemoPerson } from './people.ts'
import { drawPortrait } from './portrait.ts'
import { insertAccounts, listForeignEmails, lockIds, nextId, type NewAccount } from './queries.ts'
import { textOf } from '../values.ts'
import { preferIndexes } from '../log/copy.ts'

/** Accounts are committed this many at a time; those with photos, which take longer, fewer. */
const ACCOUNTS_AT_ONCE = 500
const PHOTOS_AT_ONCE = 20

const CONTENT_TYPE = 'image/webp'

const types = createProfileTypes()

/** @throws OperatorError when an e-mail that the demo needs belongs to an account that the demo has not made. */
export async function refuseForeign({ pool, issuer, users, people }: Demo): Promise<void> {
  for (const email of await listForeignEmails(pool, issuer)) {
    const index = indexOfEmail(email) ?? users
    if (index < users && createPerson(index, people).email === email) throw conflict(email, issuer)
  }
}

function conflict(email: string, issuer: string, cause?: unknown): OperatorError {
  const message = `${email} is an account that seed-demo has not made for the issuer "${issuer}". Nothing of it was changed: remove it, or use another database.`
  return new OperatorError(message, { cause })
}

/** Makes the accounts that are missing, each with its story, its settings, its profiles and its picture. */
export async function openAccounts(demo: Demo): Promise<void> {
  const { users, plan, advance } = demo
  for (let from = 0, to = 0; from < users; from = to) {
    to = Math.min(users, from + (plan.hasPhoto(from) ? PHOTOS_AT_ONCE : ACCOUNTS_AT_ONCE))
    const people = listPeople(demo, from, to)
    const found = new Set((await findAccounts(demo, people)).map(({ person }) => person.index))
    const missing = people.filter(({ index }) => !found.has(index))
    if (missing.length > 0) await openMissing(demo, missing)
    for (const { index } of people) advance(storyLength(plan.hasPhoto(index)))
  }
}

/**
 * A photo's key names its owner, and its files are stored before the row can link to them. So the ids are guessed
 * first, and if somebody signs up in the meantime, guessed again; the files that nobody claims then are swept.
 */
async function openMissing(demo: Demo, people: readonly DemoPerson[]): Promise<void> {
  const { pool, issuer, made } = demo
  let guess = await nextId(pool, 'users')
  for (;;) {
    const first = guess
    const accounts = await Promise.all(
      people.map((person, position) => createAccount(demo, person, first + position)),
    )
    const opened = await transaction(pool, async (db) => {
      await preferIndexes(db)
      guess = await lockIds(db, 'users')
      return guess === first ? insertAccounts(db, issuer, accounts) : undefined
    }).catch((error: unknown) => {
      throw explain(error, issuer)
    })
    if (opened === undefined) continue
    made.users += accounts.length
    made.photos += accounts.filter(({ avatar }) => avatar !== null).length
    made.entries += accounts.reduce((sum, { story }) => sum + story.length, 0)
    made.rows += opened
    return
  }
}

/** Somebody signed up with an e-mail or a subject of the demo after `refuseForeign` has looked. */
function explain(error: unknown, issuer: string): unknown {
  const constraint = violatedConstraint(error)
  if (constraint !== 'users_email_key' && constraint !== 'identities_pkey') return error
  const detail = textOf(error, 'detail') ?? ''
  return conflict(/=\((?:.*, )?(.*)\)/.exec(detail)?.[1] ?? constraint, issuer, error)
}

async function createAccount(demo: Demo, person: DemoPerson, id: number): Promise<NewAccount> {
  const account = { person, id, createdAt: joinedAt(person, demo.end) }
  const kept = demo.plan.hasPhoto(person.index)
  const createdAt = pictureTime(account)
  const avatar = kept ? { ...(await storePhoto(demo, account)), createdAt } : null
  const uploaded = {
    url: demo.mediaUrl(avatarFileKey(storageKey(account), 512)),
    width: 512,
    height: 512,
    // Of a picture that is gone, only the log knows the size.
    file_size: avatar?.bytes ?? 8_000 + ((person.index * 7919) % 12_000),
  }
  return {
    ...account,
    changes: storyChanges(account, kept),
    story: tellStory(account, initialDocument(demo, account), { uploaded, kept }),
    avatar,
  }
}

/** The document of an account that was just made. */
function initialDocument({ people, mediaUrl }: Demo, { person, id, createdAt }: DemoAccount) {
  const row = {
    id,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    role: person.role,
    is_self_learning: person.isSelfLearning,
    profile_type: person.role,
    version: 1,
    created_at: toInstant(createdAt),
    updated_at: toInstant(createdAt),
    sections: Object.fromEntries(Object.keys(person.sections).map((section) => [section, {}])),
    avatar_id: null,
    avatar: null,
    ...people.newSettings,
  }
  return presentDocument(row, { types, mediaUrl })
}

async function storePhoto({ pool, storage }: Demo, account: DemoAccount): Promise<NewAvatar> {
  const { files, placeholder } = await renderAvatar(await drawPortrait(account.person))
  const key = storageKey(account)
  if (!(await noteFiles(pool, key))) {
    throw new OperatorError('Photos of an earlier run are still being deleted. Try again in a moment.')
  }
  await Promise.all(
    files.map(({ size, bytes }) => storage.put(avatarFileKey(key, size), bytes, CONTENT_TYPE)),
  )
  const largest = files.find(({ size }) => size === 512)
  if (!largest) throw new Error('a picture was made without its largest file')
  return {
    ownerId: account.id,
    storageKey: key,
    contentType: CONTENT_TYPE,
    bytes: largest.bytes.length,
    width: 512,
    height: 512,
    sha256: createHash('sha256').update(largest.bytes).digest(),
    placeholder,
  }
}

/** As an upload's, except that anybody can guess it: the demo has no secrets. */
function storageKey(account: DemoAccount): string {
  const month = toInstant(pictureTime(account)).slice(0, 7).replace('-', '/')
  const hash = createHash('sha256')
    .update(`${account.person.subject} ${account.id}`)
    .digest('hex')
    .slice(0, 32)
  return `avatars/${month}/user${account.id}-${hash}`
}
