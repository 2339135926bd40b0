import { problems, Problem, validationFailed } from '../errors.ts'
import { v7 as uuidv7 } from 'uuid'
import { afterCommit, transaction, type Db, type Pool } from '../database/database.ts'
import type { Actor } from '../log/actor.ts'
import type { Changes } from '../log/changes.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { refuseExhausted, type ChangeLimits } from '../accounts/budget.ts'
import { needsDocument, publishes, type PatchReader, type ReadPatch } from './patch.ts'
import {
  isCurrent,
  presentDocument,
  typeVersionOf,
  type PresentOptions,
  type ProfileDocument,
} from './present.ts'
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
import { isSame } from '../http/same.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import type { Upgrader } from '../profile-types/upgrade.ts'
import { memberOf } from '../values.ts'
import { createUpgrades } from './upgrades.ts'

export type Documents = ReturnType<typeof createDocuments>

export type DocumentsOptions = PresentOptions & {
  pool: Pool
  upgrader: Upgrader
  reader: PatchReader
  changeLimits: ChangeLimits
  /** Counts a committed entry in /metrics. */
  count: (action: string) => void
  changes?: Changes
  /** Called after a change was committed that hides a profile with a picture. */
  onHidden: (userId: number, request: RequestFacts) => Promise<void>
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
  const { pool, reader, types, mediaUrl, upgrader, changeLimits, count, changes: listener, onHidden } = needs
  const present = (row: DocumentRow) => presentDocument(row, { types, mediaUrl, upgrader })
  const upgradeSections = createUpgrades({ types, upgrader, count, ...(listener && { changes: listener }) })
  const typeVersions = Object.fromEntries(types.all.map((type) => [type.section, type.version]))
  const defaults = Object.fromEntries(types.all.map((type) => [type.section, type.defaults]))

  /** @throws AccountGone, AccountLeaving */
  async function getDocument(userId: number, db: Db = pool): Promise<ProfileDocument> {
    return present(await getRow(userId, db))
  }

  /** The same with the fields of older versions as they are stored: what a replay of the log starts from. */
  async function getStoredDocument(userId: number, db: Db): Promise<ProfileDocument> {
    return presentDocument(await getRow(userId, db), { types, mediaUrl })
  }

  /**
   * Upgrades what is outdated in the document of an account that is locked, as far as it can be, and returns the document.
   *
   * @param needed the section that has to be of the declared version
   * @throws Problem `profile_not_upgraded`
   */
  async function getUpgradedDocument(
    db: Db,
    userId: number,
    request: RequestFacts,
    needed?: ProfileType['section'],
  ): Promise<ProfileDocument> {
    const row = await upgradedRow(db, await getRow(userId, db), request)
    if (needed !== undefined) refuseStuck(row, [needed])
    return present(row)
  }

  async function upgradedRow(db: Db, row: DocumentRow, request: RequestFacts): Promise<DocumentRow> {
    return (await upgradeSections(db, row, request)) ? getRow(row.id, db) : row
  }

  /** @throws AccountGone, AccountLeaving */
  async function getRow(userId: number, db: Db): Promise<DocumentRow> {
    return (await findDocument(db, userId)) ?? (await refuseMissing(db, userId))
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
   * condition that nothing has changed since; if something has, it takes the lock and does the same again. So does a patch
   * of a document that is outdated: it is upgraded before it is changed. If the change hides the profile, its picture gets a
   * new address, and the document that is returned has it.
   *
   * @throws Problem `validation_failed` with every faulty field, `precondition_failed`, `profile_incomplete` when it would
   *   publish a profile that lacks what its type requires, `profile_not_upgraded`, `rate_limited`, `session_ended`;
   *   AccountGone, AccountLeaving; nothing is changed then.
   */
  async function changeDocument(
    userId: number,
    body: unknown,
    options: ChangeOptions,
  ): Promise<ProfileDocument> {
    const changed = await changeOnce(userId, reader.read(body), options)
    if (!changed.isHiding) return changed.document
    await onHidden(userId, options.request)
    return getDocument(userId)
  }

  async function changeOnce(userId: number, patch: ReadPatch, options: ChangeOptions): Promise<Changed> {
    if (!needsDocument(patch)) {
      const row = await write(pool, userId, patch.changes, options)
      if (!row.version_matches) throw new Problem(problems.precondition_failed)
      if (!row.is_outdated) return result(userId, row, patch.changes)
    } else {
      const changed = await changeAsRead(pool, userId, patch, options)
      if (changed) return changed
    }
    return transaction(pool, async (db) => {
      await lockAccount(db, userId, options.request.session)
      const changed = await changeAsRead(db, userId, patch, { ...options, isLocked: true })
      if (!changed) throw new Error('a locked document changed')
      return changed
    })
  }

  /**
   * The same in a transaction of somebody else, who commits it. The account stays locked until then. A picture that the change
   * hides gets its new address after that, by the job.
   */
  async function changeDocumentWithin(
    db: Db,
    userId: number,
    body: unknown,
    options: ChangeOptions,
  ): Promise<ProfileDocument> {
    const patch = reader.read(body)
    await lockAccount(db, userId, options.request.session)
    const changed = await changeAsRead(db, userId, patch, { ...options, isLocked: true })
    // Without a transaction there is no lock.
    if (!changed) throw new Problem(problems.conflict)
    return changed.document
  }

  /** @throws Problem `precondition_failed` when the document has another version than the caller has in mind. */
  async function requireVersion(userId: number, versions: ChangeOptions['versions']): Promise<void> {
    if (versions !== null) checkVersion(await getDocument(userId), versions)
  }

  /**
   * Undefined when the document changed between the reading and the writing, and when it is outdated but the account is not
   * locked, so that it cannot be upgraded.
   */
  async function changeAsRead(
    db: Db,
    userId: number,
    patch: ReadPatch,
    options: ChangeOptions & { isLocked?: boolean },
  ): Promise<Changed | undefined> {
    const row = await getRow(userId, db)
    const document = present(row)
    // A precondition is evaluated before the content is looked at (RFC 9110, section 13.2.1): a patch that was made for
    // another version says nothing about this one, so nothing is said of it.
    checkVersion(document, options.versions)
    const { changes, errors } = reader.settle(patch, document)
    if (errors.length > 0) throw validationFailed(errors)
    refuseIncomplete(document, changes)
    if (isCurrent(row, types)) {
      const written = await write(db, userId, changes, { ...options, versions: [document.version] })
      return written.version_matches && !written.is_outdated ? result(userId, written, changes) : undefined
    }
    // A change that changes nothing writes nothing.
    if (!differs(changes, document)) return { document, isHiding: false }
    if (!options.isLocked) return undefined
    const upgraded = await upgradedRow(db, row, options.request)
    refuseStuck(
      upgraded,
      Object.keys(changes).filter((section) => !isEmpty(changes[section])),
    )
    const written = await write(db, userId, changes, { ...options, versions: [upgraded.version] }, null)
    return written.version_matches ? result(userId, written, changes) : undefined
  }

  /** Whether a change that was settled (patch.ts) would write anything into the document. */
  function differs(changes: SectionChanges, document: ProfileDocument): boolean {
    return Object.entries(changes).some(([section, fields]) =>
      Object.entries(fields).some(
        ([name, value]) =>
          !isSame(value, memberOf(memberOf(document, section), name), reader.forms[section]?.[name]),
      ),
    )
  }

  /** Fields of another version are not written to: nobody knows what the new value would mean there. */
  function refuseStuck(row: DocumentRow, sections: readonly string[]): void {
    const stuck = types.all.filter(
      ({ section, version }) =>
        sections.includes(section) &&
        row.sections[section] !== undefined &&
        typeVersionOf(row, section) !== version,
    )
    if (stuck.length === 0) return
    const errors = stuck.map(({ section }) => ({ field: section, code: 'read_only' as const }))
    throw new Problem(documentProblems.profile_not_upgraded, { errors })
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
    wanted: typeof typeVersions | null = typeVersions,
  ) {
    const entryIds = { profile: uuidv7(), settings: uuidv7() }
    const row = await patchDocument(db, userId, sections, {
      defaults,
      forms: reader.forms,
      versions,
      typeVersions: wanted,
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

  async function result(userId: number, row: PatchedRow, changes: SectionChanges): Promise<Changed> {
    const missing = Object.keys(changes).filter(
      (section) => types.bySection.has(section) && !row.sections[section],
    )
    if (missing.length > 0)
      throw validationFailed(missing.map((field) => ({ field, code: 'not_applicable' })))
    // A picture that was uploaded while the patch waited for its turn is newer than what the statement sees.
    const isStale = row.avatar_id !== null && row.avatar === null
    const document = isStale ? await getDocument(userId) : present(afterChange(row))
    return { document, isHiding: hidesPicture(row) }
  }

  return {
    getDocument,
    getStoredDocument,
    getUpgradedDocument,
    getPublicDocument,
    changeDocument,
    changeDocumentWithin,
    requireVersion,
    types,
  }
}

function isEmpty(fields: Fields | undefined): boolean {
  return Object.keys(fields ?? {}).length === 0
}

type Changed = { document: ProfileDocument; isHiding: boolean }

/** Whether the change has ended that everybody sees the picture. A trigger notes the same (database/migrations/0029). */
function hidesPicture({
  avatar_id: avatar,
  privacy_public_profile: wasPublic,
  changed,
}: PatchedRow): boolean {
  return avatar !== null && wasPublic && changed?.settings?.privacy_public_profile === false
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
