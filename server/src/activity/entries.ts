import { validationFailed, type FieldError } from '../errors.ts'
import { Readable } from 'node:stream'
import type { Pool } from '../database/database.ts'
import type { Caller } from '../accounts/caller.ts'
import { findTimeZone, refuseMissing, requireAccount } from '../accounts/account.ts'
import { hasClock } from '../time-zones.ts'
import type { BatchReader } from './batch.ts'
import { addDays, dayStarts } from './days.ts'
import type { ExportFormat, Exports } from './export.ts'
import type { FilterReader } from './filters.ts'
import { countByDay, findPage, findStrangers, insertBatch, type DayCount, type Page } from './queries.ts'
import { readDays, type Days } from './summary.ts'

export type Entries = ReturnType<typeof createEntries>

export type EntriesOptions = {
  pool: Pool
  filterReader: FilterReader
  batchReader: BatchReader
  exports: Exports
  /** @throws Problem `validation_failed` when the subject cannot be kept. */
  serviceOf: (caller: Caller) => string
  /** Counts committed entries in /metrics. */
  count: (action: string, entries: number) => void
}

/** Whose token brought a batch, and in which request. */
export type Sender = { caller: Caller; requestId: string }
/** How much happened on each day on which anything did, by the clocks of the user's zone unless a note says otherwise. */
export type Summary = Days & {
  timezone: string
  note?: 'counted_in_utc'
  days: (Omit<DayCount, 'day'> & { date: string })[]
}
export type Receipt = { accepted: number; duplicates: number }

/** What can be done with the entries of the log. */
export function createEntries(options: EntriesOptions) {
  const { pool, filterReader, batchReader, exports, serviceOf } = options
  /** @throws Problem `validation_failed` with every faulty parameter. */
  async function getPage(userId: number, query: unknown): Promise<Page> {
    const { filters, limit } = filterReader.page(query)
    const page = await findPage(pool, userId, filters, limit)
    return page ?? refuseMissing(pool, userId)
  }

  /**
   * All entries that pass the filters, newest first.
   *
   * @throws Problem `validation_failed` with every faulty parameter, `unavailable` when too many streams are open.
   */
  async function streamAll(userId: number, query: unknown, format: ExportFormat): Promise<Readable> {
    const filters = filterReader.whole(query)
    await requireAccount(pool, userId)
    return exports.open(userId, filters, format)
  }

  /**
   * What HEAD gets of such a stream, which is opened for nobody who does not read it.
   *
   * @throws Problem `validation_failed` with every faulty parameter.
   */
  function nothingOf(query: unknown): Readable {
    filterReader.whole(query)
    return Readable.from([])
  }

  /**
   * Counts the entries of each day in the user's time zone.
   *
   * @throws Problem `validation_failed` when the days are in the wrong order or too many; AccountGone, AccountLeaving.
   */
  async function summarize(userId: number, query: Partial<Days>): Promise<Summary> {
    const timezone = (await findTimeZone(pool, userId)) ?? (await refuseMissing(pool, userId))
    const { from, to } = readDays(query, timezone, new Date())
    const counts = await countByDay(pool, userId, dayStarts(timezone, from, to))
    const days = counts.map(({ day, count, actions }) => ({ date: addDays(from, day), count, actions }))
    return { timezone, ...(!hasClock(timezone) && { note: 'counted_in_utc' }), from, to, days }
  }

  /**
   * Takes in what a service has logged. Entries that were received before add nothing.
   *
   * @throws Problem `validation_failed` with every fault of every entry, or of the token's subject; nothing is kept
   *   then.
   */
  async function receive(body: unknown, { caller, requestId }: Sender): Promise<Receipt> {
    const service = serviceOf(caller)
    const { entries, errors, userIds } = batchReader.read(body, service)
    if (errors.length > 0) throw validationFailed([...errors, ...(await unknownUsers(userIds))])
    const { actions, strangers } = await insertBatch(pool, entries, { service, requestId })
    if (strangers.length > 0) throw validationFailed(strangers.map(unknownUser))
    let accepted = 0
    for (const [action, fresh] of Object.entries(actions)) {
      accepted += fresh
      options.count(action, fresh)
    }
    return { accepted, duplicates: entries.length - accepted }
  }

  async function unknownUsers(userIds: Map<number, number>): Promise<FieldError[]> {
    const unknown = new Set(await findStrangers(pool, [...new Set(userIds.values())]))
    return [...userIds].flatMap(([index, userId]) => (unknown.has(userId) ? [unknownUser(index)] : []))
  }

  return { getPage, streamAll, nothingOf, summarize, receive }
}

function unknownUser(index: number): FieldError {
  return { field: `[${index}].user_id`, code: 'unknown_value' }
}
