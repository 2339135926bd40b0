import { query, sql, type Db } from '../database/database.ts'

export type EntryRow = {
  id: string
  userId: number | null
  actorId: string | null
  action: string
  entityType: string | null
  entityId: string | null
  metadata: unknown
  /** Null: now. */
  at: string | null
  ipAddress: string | null
  userAgent: string | null
  requestId: string | null
}

/** The columns of the log in the order in which every insert gives them. */
export const entryColumns = sql`
  (id, user_id, actor_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent, request_id)`

export async function insertEntry(db: Db, entry: EntryRow): Promise<void> {
  await query(
    db,
    sql`insert into activity_log ${entryColumns} values (${entry.id}, ${entry.userId}, ${entry.actorId}, ${entry.action},
      ${entry.entityType}, ${entry.entityId}, ${JSON.stringify(entry.metadata)}::jsonb,
      coalesce(${entry.at}::timestamptz, clock_timestamp()), ${entry.ipAddress}, ${entry.userAgent}, ${entry.requestId})`,
  )
}
