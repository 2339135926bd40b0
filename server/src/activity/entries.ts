import type { Readable } from 'node:stream'
import type { Pool } from '../database/database.ts'
import { Problem, validationFailed, type FieldError } from '../errors.ts'
import { findTimeZone } from '../profiles/queries.ts'
import type { BatchReader } from './batch.ts'
import { addDays, dayStarts } from './days.ts'
import type { ExportFormat, OpenExport } from './export.ts'
import type { FilterReader } from './filters.ts'
import { countByDay, findPage, findStrangers, insertBatch, type DayCount, type Page } from './queries.ts'
import { readDays, type Days } from './summary.ts'

export type Entries = ReturnType<typeof createEntries>

export type EntriesOptions = {
  pool: Pool
  readFilters: FilterReader
  readBatch: BatchReader
  openExport: OpenExport
}

/** Whose token brought a batch, and in which request. */
export type Sender = { subject: string | undefined; requestId: string }
/** How much happened on each day on which anything did, by the clocks of the user's zone. */
export type Summary = Days & { timezone: string; days: (Omit<DayCount, 'day'> & { date: string })[] }
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
   * Counts the entries of each day in the user's time zone.
   *
   * @throws Problem `validation_failed` when the days are in the wrong order or too many, `not_found` when there is no
   *   such account.
   */
  async function summarize(userId: number, query: Partial<Days>): Promise<Summary> {
    const timezone = await findTimeZone(pool, userId)
    if (timezone === undefined) throw new Problem('not_found')
    const { from, to } = readDays(query, timezone, new Date())
    const counts = await countByDay(pool, userId, dayStarts(timezone, from, to))
    const days = counts.map(({ day, count, actions }) => ({ date: addDays(from, day), count, actions }))
    return { timezone, from, to, days }
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

  return { getPage, streamAll, summarize, receive }
}

function unknownUser(index: number): FieldError {
  return { field: `[${index}].user_id`, code: 'unknown_value' }
}

/** The service as far as PostgreSQL takes it; tokens are written by others. */
function actorId(subject: string | undefined): string | null {
  if (subject === undefined) return null
  return [...subject.toWellFormed().replaceAll('\0', '')].slice(0, MAX_ACTOR_CHARACTERS).join('')
}
