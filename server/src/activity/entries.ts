import type { Readable } from 'node:stream'
import type { Pool } from '../database/database.ts'
import { validationFailed, type FieldError } from '../errors.ts'
import type { BatchReader } from './batch.ts'
import type { ExportFormat, OpenExport } from './export.ts'
import type { FilterReader } from './filters.ts'
import { findPage, findStrangers, insertBatch, type Page } from './queries.ts'

export type Entries = ReturnType<typeof createEntries>

export type EntriesOptions = {
  pool: Pool
  readFilters: FilterReader
  readBatch: BatchReader
  openExport: OpenExport
}

/** Whose token brought a batch, and in which request. */
export type Sender = { subject: string | undefined; requestId: string }
export type Receipt = { accepted: number; duplicates: number }

const MAX_ACTOR_CHARACTERS = 255

/** What can be done with the entries of the log. */
export function createEntries({ pool, readFilters, readBatch, openExport }: EntriesOptions) {
  /** @throws Problem `validation_failed` with every faulty parameter. */
  async function getPage(userId: number, query: unknown): Promise<Page> {
    const { filters, limit } = readFilters.page(query)
    return findPage(pool, userId, filters, limit)
  }

  /**
   * All entries that pass the filters, newest first.
   *
   * @throws Problem `validation_failed` with every faulty parameter, `unavailable` when too many streams are open.
   */
  function streamAll(userId: number, query: unknown, format: ExportFormat): Readable {
    return openExport(userId, readFilters.whole(query), format)
  }

  /**
   * Takes in what a service has logged. Entries that were received before add nothing.
   *
   * @throws Problem `validation_failed` with every fault of every entry; nothing is kept then.
   */
  async function receive(body: unknown, { subject, requestId }: Sender): Promise<Receipt> {
    const { entries, errors, userIds } = readBatch(body)
    if (errors.length > 0) throw validationFailed([...errors, ...(await unknownUsers(userIds))])
    const { accepted, strangers } = await insertBatch(pool, entries, { actorId: actorId(subject), requestId })
    if (strangers.length > 0) throw validationFailed(strangers.map(unknownUser))
    return { accepted, duplicates: entries.length - accepted }
  }

  async function unknownUsers(userIds: Map<number, number>): Promise<FieldError[]> {
    const unknown = new Set(await findStrangers(pool, [...new Set(userIds.values())]))
    return [...userIds].flatMap(([index, userId]) => (unknown.has(userId) ? [unknownUser(index)] : []))
  }

  return { getPage, streamAll, receive }
}

function unknownUser(index: number): FieldError {
  return { field: `[${index}].user_id`, code: 'unknown_value' }
}

/** The service as far as PostgreSQL takes it; tokens are written by others. */
function actorId(subject: string | undefined): string | null {
  if (subject === undefined) return null
  return [...subject.toWellFormed().replaceAll('\0', '')].slice(0, MAX_ACTOR_CHARACTERS).join('')
}
