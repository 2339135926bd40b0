import type { Db } from '../database/database.ts'
import { AccountGone } from '../accounts/account.ts'
import { presentDocument, type PresentOptions, type ProfileDocument } from './present.ts'
import { findDocument } from './queries.ts'

/** Reads the document of an account, as `GET /api/me/profile/` returns it. @throws AccountGone */
export type ReadDocument = (db: Db, userId: number) => Promise<ProfileDocument>

export function createDocumentReader(options: PresentOptions): ReadDocument {
  return async (db, userId) => {
    const row = await findDocument(db, userId)
    if (!row) throw new AccountGone(userId)
    return presentDocument(row, options)
  }
}
