import { problems, Problem, validationFailed } from '../errors.ts'
import { v7 as uuidv7 } from 'uuid'
import { afterCommit, transaction, type Db, type Pool } from '../database/database.ts'
import type { Actor } from '../log/actor.ts'
import type { Changes } from '../log/changes.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { refuseExhausted, type ChangeLimits } from '../accounts/budget.ts'
import { needsDocument, publishes, type PatchReader, type ReadPatch } from './patch.ts'
import { presentDocument, type PresentOptions, type ProfileDocument } from './present.ts'
import {
  findDocument,
  findPublicDocument,
  patchDocument,
  type DocumentRow,
  type PatchedRow,
  type SectionChanges,
} from './queries.ts'
import { documentProblems } from './problems.ts'
import { isShown, missingPaths } from './visibility.ts'
import { lockAccount, refuseMissing } from '../accounts/account.ts'
import type { Fields } from '../profile-types/profile-type.ts'

export type Documents = ReturnType<typeof createDocuments>

export type DocumentsOptions = PresentOptions & {
  pool: Pool
  reader: PatchReader
  changeLimits: ChangeLimits
  /** Counts a committed entry in /metrics. */
  count: (action: string) => void
  changes?: Changes
}

export type ChangeOptions = {
  /** The versions that the caller lets the change happen on (`If-Match`); null: any. */
  versions: number[] | null
  request: RequestFacts
  /** Who makes the change, if it is not the user. */
  actor?: Actor
}

/** What can be done with a profile document. */
export function createDocuments(needs: DocumentsOptions) {
  const { pool, reader, types, mediaUrl, changeLimits, count, changes: listener } = needs
  const present = (row: DocumentRow) => presentDocument(row, { types, mediaUrl })
  const defaults = Object.fromEntries(types.all.map((type) => [type.section, type.defaults]))

  /** @throws AccountGone, AccountLeaving */
  async function getDocument(userId: number, db: Db = pool): Promise<ProfileDocument> {
    return present((await findDocument(db, userId)) ?? (await refuseMissing(db, userId)))
  }

  /** @throws Problem `not_found` when there is no such account, and just the same when its profile is not shown. */
  async function getPublicDocument(userId: number): Promise<ProfileDocument> {
    const row = await findPublicDocument(pool, userId)
    const document = row && present(row)
    if (!document || !isShown(document, types)) throw new Problem(problems.not_found)
    return document
  }

  /**
   * Applies a JSON merge patch and logs what changed, as one fact; returns the whole new document. Most patches are
   * one statement. One that can only be judged next to the stored document is read first and then written on
   * condition that nothing has changed since; if something has, it takes the lock and does the same again.
   *
   * @throws Problem `validation_failed` with every faulty field, `precondition_failed`, `profile_incomplete` when it would
   *   publish a profile that lacks what its type requires, `rate_limited`, `session_ended`; AccountGone, AccountLeaving;
   *   nothing is changed then.
   */
  async function changeDocument(
    userId: number,
    body: unknown,
    options: ChangeOptions,
  ): Promise<ProfileDocument> {
    const patch = reader.read(body)
    if (!needsDocument(patch)) {
      const row = await write(pool, userId, patch.changes, options)
      if (!row.version_matches) throw new Problem(problems.precondition_failed)
      return result(userId, row, patch.changes)
    }
    return (
      (await changeAsRead(pool, userId, patch, options)) ??
      (await transaction(pool, async (db) => {
        await lockAccount(db, userId, options.request.session)
        const document = await changeAsRead(db, userId, patch, options)
        if (!document) throw new Error('a locked document changed')
        return document
      }))
    )
  }

  /** The same in a transaction of somebody else, who commits it. The account stays locked until then. */
  async function changeDocumentWithin(
    db: Db,
    userId: number,
    body: unknown,
    options: ChangeOptions,
  ): Promise<ProfileDocument> {
    const patch = reader.read(body)
    await lockAccount(db, userId, options.request.session)
    const document = await changeAsRead(db, userId, patch, options)
    // Without a transaction there is no lock.
    if (!document) throw new Problem(problems.conflict)
    return document
  }

  /** @throws Problem `precondition_failed` when the document has another version than the caller has in mind. */
  async function requireVersion(userId: number, versions: ChangeOptions['versions']): Promise<void> {
    if (versions !== null) checkVersion(await getDocument(userId), versions)
  }

  /** Undefined when the document changed between the reading and the writing. */
  async function changeAsRead(db: Db, userId: number, patch: ReadPatch, options: ChangeOptions) {
    const document = await getDocument(userId, db)
    // A precondition is evaluated before the content is looked at (RFC 9110, section 13.2.1): a patch that was made for
    // another version says nothing about this one, so nothing is said of it.
    checkVersion(document, options.versions)
    const { changes, errors } = reader.settle(patch, document)
    if (errors.length > 0) throw validationFailed(errors)
    refuseIncomplete(document, changes)
    const row = await write(db, userId, changes, { ...options, versions: [document.version] })
    return row.version_matches ? result(userId, row, changes) : undefined
  }

  /** A profile that has been published already is edited freely: what it lacks then, hides it (visibility.ts). */
  function refuseIncomplete(document: ProfileDocument, changes: SectionChanges): void {
    if (!publishes(changes) || document.settings.privacy_public_profile) return
    const missing = missingPaths(document, types, changes)
    if (missing.length === 0) return
    const errors = missing.map((field) => ({ field, code: 'required' as const }))
    throw new Problem(documentProblems.profile_incomplete, { errors })
  }

  async function write(
    db: Db,
    userId: number,
    sections: SectionChanges,
    { versions, request, actor }: ChangeOptions,
  ) {
    const entryIds = { profile: uuidv7(), settings: uuidv7() }
    const row = await patchDocument(db, userId, sections, {
      defaults,
      forms: reader.forms,
      versions,
      limits: changeLimits,
      request,
      actor,
      entryIds,
    })
    if (!row) return refuseMissing(db, userId, request.session)
    if (row.exhausted) refuseExhausted(row.exhausted)
    if (row.changed) {
      const entries = entriesOf(row.changed, entryIds)
      listener?.note(db, { userId, entries })
      for (const { action } of entries) afterCommit(db, () => count(action))
    }
    return row
  }

  async function result(userId: number, row: PatchedRow, changes: SectionChanges): Promise<ProfileDocument> {
    const missing = Object.keys(changes).filter(
      (section) => types.bySection.has(section) && !row.sections[section],
    )
    if (missing.length > 0)
      throw validationFailed(missing.map((field) => ({ field, code: 'not_applicable' })))
    // A picture that was uploaded while the patch waited for its turn is newer than what the statement sees.
    if (row.avatar_id !== null && row.avatar === null) return getDocument(userId)
    return present(afterChange(row))
  }

  return { getDocument, getPublicDocument, changeDocument, changeDocumentWithin, requireVersion, types }
}

/** The entries that a change has written. */
function entriesOf(changed: object, ids: { profile: string; settings: string }) {
  const sections = Object.keys(changed)
  return [
    ...(sections.some((section) => section !== 'settings')
      ? [{ id: ids.profile, action: 'profile.updated' }]
      : []),
    ...(sections.includes('settings') ? [{ id: ids.settings, action: 'settings.updated' }] : []),
  ]
}

function checkVersion({ version }: ProfileDocument, versions: ChangeOptions['versions']): void {
  if (versions?.includes(version) === false) throw new Problem(problems.precondition_failed)
}

function afterChange(row: PatchedRow): DocumentRow {
  if (row.changed === null || row.new_version === null || row.new_updated_at === null) return row
  const { user = {}, settings = {}, ...sections } = row.changed
  const merged: Record<string, Fields> = { ...row.sections }
  for (const [section, fields] of Object.entries(sections))
    merged[section] = { ...merged[section], ...fields }
  return {
    ...row,
    ...user,
    ...settings,
    sections: merged,
    version: row.new_version,
    updated_at: row.new_updated_at,
  }
}
