/** The end of an import: the log of each account begins. */
import { transaction } from '../database/database.ts'
import { writeStarts } from '../document/starts.ts'
import { preferIndexes } from '../log/copy.ts'
import { listUnstarted } from './queries.ts'
import type { Run } from './run.ts'

const ACCOUNTS_AT_ONCE = 500
/** Whom somebody else has locked is left to the next pass. */
const PASSES = 3

/**
 * Writes the entries that a replay starts from: after all that was imported, since they hold the document with its picture,
 * and are later than every entry of the old system.
 */
export async function startLogs(run: Run): Promise<void> {
  const { pool, name, present } = run
  for (let pass = 1; pass <= PASSES; pass += 1) {
    let last = 0
    for (;;) {
      const ids = await listUnstarted(pool, name, last, ACCOUNTS_AT_ONCE)
      if (ids.length === 0) break
      const written = await transaction(pool, async (db) => {
        await preferIndexes(db)
        return writeStarts(db, ids, present)
      })
      if (pass === 1) run.advance(written)
      last = ids.at(-1) ?? last
    }
    if (last === 0) return
  }
}
