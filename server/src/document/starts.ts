/** The first entry of accounts that came with a document of their own: a replay of their log starts from it. */
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '../database/database.ts'
import { insertStarts } from '../log/insert.ts'
import { redact } from '../log/redact.ts'
import { presentDocument, type PresentOptions } from './present.ts'
import { listDocuments } from './queries.ts'

/** No start is later. */
const EVER = new Date('9999-01-01T00:00:00Z')

/**
 * Logs `system.profile.initialized` with the whole document of each account, as it is now. Accounts that somebody else has
 * locked, or has just changed, are passed over. Returns to how many.
 */
export async function writeStarts(
  db: Db,
  userIds: readonly number[],
  options: PresentOptions,
): Promise<number> {
  const rows = await listDocuments(db, userIds)
  const starts = rows.map((row) => ({
    id: uuidv7(),
    user_id: row.id,
    version: row.version,
    metadata: redact({ initial: presentDocument(row, options), source: 'import' }),
  }))
  return insertStarts(db, starts, { action: 'system.profile.initialized', before: EVER })
}
