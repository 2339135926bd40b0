import type { Pool } from '../database/database.ts'
import type { FilterReader } from './filters.ts'
import { findPage, type Page } from './queries.ts'

export type Entries = ReturnType<typeof createEntries>

export type EntriesOptions = { pool: Pool; reader: FilterReader }

/** What can be done with the entries of the log. */
export function createEntries({ pool, reader }: EntriesOptions) {
  /** @throws Problem `validation_failed` with every faulty parameter. */
  async function getPage(userId: number, query: unknown): Promise<Page> {
    const { filters, limit } = reader.page(query)
    return findPage(pool, userId, filters, limit)
  }

  return { getPage }
}
