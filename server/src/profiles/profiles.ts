import { v7 as uuidv7 } from 'uuid'
import { transaction, type Db, type Pool } from '../database/database.ts'
import { Problem, validationFailed } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { needsDocument, type PatchReader, type ReadPatch } from './patch.ts'
import { presentDocument, type PresentOptions, type ProfileDocument } from './present.ts'
import { findDocument, lockDocument, patchDocument, type DocumentRow, type PatchedRow } from './queries.ts'
import type { SectionChanges } from './queries.ts'
import type { Fields } from './profile-type.ts'

export type Profiles = ReturnType<typeof createProfiles>

export type ProfilesOptions = PresentOptions & { pool: Pool; reader: PatchReader }

export type ChangeOptions = {
  /** The versions that the caller lets the change happen on (`If-Match`); null: any. */
  versions: number[] | null
  request: RequestFacts
}

/** What can be done with a profile document. */
export function createProfiles({ pool, reader, types, mediaUrl }: ProfilesOptions) {
  const present = (row: DocumentRow) => presentDocument(row, { types, mediaUrl })
  const defaults = Object.fromEntries(types.all.map((type) => [type.section, type.defaults]))

  /** @throws Problem `not_found` when there is no such account. */
  async function getDocument(userId: number, db: Db = pool): Promise<ProfileDocument> {
    const row = await findDocument(db, userId)
    if (!row) throw new Problem('not_found')
    return present(row)
  }

  /**
   * Applies a JSON merge patch and logs what changed, as one fact; returns the whole new document. Most patches are
   * one statement. One that can only be judged next to the stored document is read first and then written on
   * condition that nothing has changed since; if something has, it takes the lock and does the same again.
   *
   * @throws Problem `validation_failed` with every faulty field, `precondition_failed`, `not_found`; nothing is
   *   changed then.
   */
  async function changeDocument(
    userId: number,
    body: unknown,
    options: ChangeOptions,
  ): Promise<ProfileDocument> {
    const patch = reader.read(body)
    if (!needsDocument(patch)) {
      const row = await write(pool, userId, patch.changes, options)
      if (!row.version_matches) throw new Problem('precondition_failed')
      return result(userId, row, patch.changes)
    }
    return (
      (await changeAsRead(pool, userId, patch, options)) ??
      (await transaction(pool, async (db) => {
        await lockDocument(db, userId)
        const document = await changeAsRead(db, userId, patch, options)
        if (!document) throw new Error('a locked document changed')
        return document
      }))
    )
  }

  /** Undefined when the document changed between the reading and the writing. */
  async function changeAsRead(db: Db, userId: number, patch: ReadPatch, options: ChangeOptions) {
    const document = await getDocument(userId, db)
    const { changes, errors } = reader.settle(patch, document)
    if (errors.length > 0) throw validationFailed(errors)
    if (options.versions?.includes(document.version) === false) throw new Problem('precondition_failed')
    const row = await write(db, userId, changes, { ...options, versions: [document.version] })
    return row.version_matches ? result(userId, row, changes) : undefined
  }

  async function write(
    db: Db,
    userId: number,
    changes: SectionChanges,
    { versions, request }: ChangeOptions,
  ) {
    const entryIds = { profile: uuidv7(), settings: uuidv7() }
    const row = await patchDocument(db, userId, changes, { defaults, versions, request, entryIds })
    if (!row) throw new Problem('not_found')
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

  return { getDocument, changeDocument, types }
}

function afterChange(row: PatchedRow): DocumentRow {
  if (row.changed === null || row.new_version === null || row.new_updated_at === null) return row
  const { user = {}, settings = {}, ...sections } = row.changed
  const merged: Record<string, Fields> = { ...row.sections }
  for (const [section, fields] of Object.entries(sections))
    merged[section] = { ...merged[section], ...fields }
  return {
    ...row,
    ...(user as Pick<DocumentRow, 'first_name' | 'last_name'>),
    ...(settings as Partial<DocumentRow>),
    sections: merged,
    version: row.new_version,
    updated_at: row.new_updated_at,
  }
}
