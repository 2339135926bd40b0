import type { Pool } from '../database/database.ts'
import { AVATAR_PREFIX } from '../profiles/present-avatar.ts'
import { listKnownKeys } from './queries.ts'
import type { MediaStorage } from './storage/storage.ts'

/** Files that are younger may belong to an upload whose row is not committed yet. */
const ORPHAN_AGE_MS = 60 * 60_000
const BATCH = 500

/** Deletes files that no picture claims, left behind by a crash, and returns how many. */
export async function sweepOrphans(pool: Pool, storage: MediaStorage, now = new Date()): Promise<number> {
  let swept = 0
  let batch: string[] = []
  const sweepBatch = async () => {
    const known = await listKnownKeys(pool, [...new Set(batch.map(storageKeyOf))])
    const orphans = batch.filter((key) => !known.has(storageKeyOf(key)))
    if (orphans.length > 0) await storage.delete(orphans)
    swept += orphans.length
    batch = []
  }
  for await (const { key, modifiedAt } of storage.list(AVATAR_PREFIX)) {
    if (now.getTime() - modifiedAt.getTime() < ORPHAN_AGE_MS) continue
    batch.push(key)
    if (batch.length >= BATCH) await sweepBatch()
  }
  if (batch.length > 0) await sweepBatch()
  return swept
}

/** What is stored with the picture, of the key of one of its files; a half-written file's key is nobody's. */
function storageKeyOf(fileKey: string): string {
  return fileKey.replace(/-\d+\.webp$/, '')
}
