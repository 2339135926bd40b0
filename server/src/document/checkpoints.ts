/**
 * Before retention drops the entry that a replay of a user's log starts from, another one takes its place: the whole
 * document as it is today.
 */
import { v7 as uuidv7 } from 'uuid'
import { isCancelled } from '../database/errors.ts'
import type { Pool } from '../database/database.ts'
import { insertStarts } from '../log/insert.ts'
import { redact } from '../log/redact.ts'
import { presentDocument, typeVersionOf, type PresentOptions } from './present.ts'
import { listStartedBefore, type StartedRow } from './queries.ts'

const FIRST_BATCH = 50
const LARGEST_BATCH = 500
/** A batch that takes less is followed by a larger one, a batch that takes more by a smaller one. */
const SHORT_MS = 50
const LONG_MS = 150
/** A document that changes between the reading and the writing is left to the next pass. */
const PASSES = 3

/** Writes the checkpoints of all users whose last start is before an instant; returns how many. */
export type WriteCheckpoints = (before: Date) => Promise<number>

/**
 * In batches: each is one statement, and one transaction. What a killed process has not done, the next one does. Users that
 * somebody else has locked are passed over: retention waits for them, they do not wait for it.
 *
 * @param pool whose statements have a short limit of time: it is the longest that a user stays locked.
 */
export function createCheckpoints(pool: Pool, options: Omit<PresentOptions, 'upgrader'>): WriteCheckpoints {
  let size = FIRST_BATCH

  /** The fields of a newer version are not all known here. Until that release is back, the log of the account keeps its start. */
  const isKnown = (row: StartedRow) =>
    options.types.all.every(({ section, version }) => typeVersionOf(row, section) <= version)

  async function write(rows: readonly StartedRow[], before: Date): Promise<number> {
    const begun = performance.now()
    const starts = rows.filter(isKnown).map((row) => ({
      id: uuidv7(),
      user_id: row.id,
      version: row.version,
      metadata: redact({ document: presentDocument(row, options) }),
    }))
    const written = await insertStarts(pool, starts, { action: 'profile.checkpoint', before })
    const took = performance.now() - begun
    if (took < SHORT_MS) size = Math.min(size * 2, LARGEST_BATCH)
    else if (took > LONG_MS) size = Math.max(1, size >> 1)
    return written
  }

  /** Once through all of them. */
  async function pass(before: Date): Promise<number> {
    let written = 0
    for (let last: StartedRow | undefined; ;) {
      try {
        const rows = await listStartedBefore(pool, before, last, size)
        if (rows.length === 0) return written
        written += await write(rows, before)
        last = rows.at(-1)
      } catch (error) {
        // It was too much for the limit. Nothing is kept of it, and a smaller one is tried.
        if (!isCancelled(error) || size === 1) throw error
        size = Math.max(1, size >> 2)
      }
    }
  }

  return async (before) => {
    let written = 0
    for (let passes = 1; passes <= PASSES; passes += 1) {
      const more = await pass(before)
      written += more
      if (more === 0) break
    }
    return written
  }
}
