import { NetworkError, readText, transferError } from './errors.ts'
import { dataOf, request, type Api, type CallOptions } from './operations.ts'
import { platform, type ResponseLike, type SignalLike } from './platform.ts'
import type { operations } from './schema.gen.ts'
import type { ActivityBatchEntry, ActivityEntry, ActivityReceipt, ActivitySummary } from './types.ts'
import { watcherOf } from './watching.ts'

type Query = NonNullable<operations['listActivity']['parameters']['query']>

type Body = operations['postActivity']['requestBody']['content']['application/json']

/** Which entries. Instants are ISO 8601 texts with an offset: the `timestamp` of an entry is one. */
export type ActivityFilters = {
  /** Strictly earlier. */
  before?: string | undefined
  /** Strictly later. */
  after?: string | undefined
  /** Codes (`profile.updated`) and families (`avatar.*`). */
  action?: string | readonly string[] | undefined
  entityType?: string | undefined
}

export type PageFilters = ActivityFilters & {
  /** Entries of a page, 1 to 100. */
  limit?: number | undefined
  /** `next` of the page before. */
  cursor?: string | undefined
}

/** Which days: dates (`2026-11-22`) in the user's time zone, both of them included. */
export type SummaryDays = {
  /** Default: the first of the 366 days that end with `to`. */
  from?: string | undefined
  /** Default: today. */
  to?: string | undefined
}

export type ActivityPage = {
  data: ActivityEntry[]
  /** The cursor of the next page; undefined on the last one. */
  next: string | undefined
}

export type ActivityClient = {
  /** One page of your entries, newest first; 50 unless `limit` says otherwise. */
  page: (filters?: PageFilters, options?: CallOptions) => Promise<ActivityPage>
  /** All pages, one request for each, as they are asked for: `for await (const page of client.activity.pages())`. */
  pages: (filters?: PageFilters, options?: CallOptions) => AsyncIterable<ActivityPage>
  /**
   * All entries, page after page: `for await (const entry of client.activity.all({ action: 'avatar.*' }))`. None is
   * skipped or repeated, whatever is logged meanwhile. Pages have 100 entries unless `limit` says otherwise.
   */
  all: (filters?: PageFilters, options?: CallOptions) => AsyncIterable<ActivityEntry>
  /**
   * All entries out of one streamed answer (NDJSON): the quickest way to have them all. Breaking off ends the transfer.
   *
   * @throws NetworkError when the stream is cut off: half of a selection never looks like all of it.
   */
  export: (filters?: ActivityFilters, options?: CallOptions) => AsyncIterable<ActivityEntry>
  /** The whole selection as the text of a CSV file. */
  csv: (filters?: ActivityFilters, options?: CallOptions) => Promise<{ data: string }>
  /**
   * How much happened on each day, by the clocks of the user's time zone. Days on which nothing did are left out.
   *
   * @throws ProblemError `validation_failed` when there are more than 366 days, or `from` is after `to`.
   */
  summary: (days?: SummaryDays, options?: CallOptions) => Promise<{ data: ActivitySummary }>
  /**
   * For services, whose token has the scope `activity:write`: logs events, up to 1,000 at once. An `id` counts once, so
   * a batch of which the fate is unknown can be sent again as it is.
   *
   * @throws ProblemError `validation_failed` with every fault by index (`[3].user_id`); nothing is logged then.
   */
  send: (entries: readonly ActivityBatchEntry[], options?: CallOptions) => Promise<{ data: ActivityReceipt }>
}

const PATH = '/api/me/activity/'
const MOST_PER_PAGE = 100

export function createActivity(api: Api): ActivityClient {
  async function page(filters: PageFilters = {}, { signal }: CallOptions = {}): Promise<ActivityPage> {
    const { data, response } = await dataOf(
      api.GET(PATH, {
        ...request({ signal }),
        headers: { accept: 'application/json' },
        params: { query: queryOf(filters) },
      }),
      signal,
    )
    return { data, next: nextCursor(response) }
  }

  async function* pages(filters: PageFilters = {}, options?: CallOptions): AsyncGenerator<ActivityPage> {
    let next = filters.cursor
    do {
      const current: ActivityPage = await page({ ...filters, cursor: next }, options)
      yield current
      next = current.next
    } while (next !== undefined)
  }

  async function stream(type: string, filters: ActivityFilters, { signal }: CallOptions) {
    const { response } = await api.GET(PATH, {
      ...request({ signal }),
      headers: { accept: type },
      params: { query: queryOf(filters) },
    })
    return response as unknown as ResponseLike
  }

  return {
    page,
    pages,
    all: async function* all(filters = {}, options) {
      for await (const { data } of pages({ ...filters, limit: filters.limit ?? MOST_PER_PAGE }, options))
        yield* data
    },
    export: async function* exportEntries(filters = {}, options = {}) {
      const response = await stream('application/x-ndjson', filters, options)
      const watcher = watcherOf(response)
      for await (const line of lines(response, options.signal)) {
        const entries = [JSON.parse(line) as ActivityEntry]
        yield* watcher?.data(entries) ?? entries
      }
    },
    csv: async (filters = {}, options = {}) => {
      return { data: await readText(await stream('text/csv', filters, options), options.signal) }
    },
    summary: async ({ from, to } = {}, { signal } = {}) => {
      const query = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
      const call = api.GET('/api/me/activity/summary/', { ...request({ signal }), params: { query } })
      return { data: (await dataOf(call, signal)).data }
    },
    send: async (entries, { signal } = {}) => {
      const call = api.POST('/api/activity/', { ...request({ signal }), body: entries as Body })
      return { data: (await dataOf(call, signal)).data }
    },
  }
}

function queryOf({ action, entityType, ...filters }: PageFilters): Query {
  const query = {
    ...filters,
    action: typeof action === 'object' ? action.join(',') : action,
    entity_type: entityType,
  }
  // openapi-fetch leaves out what is undefined.
  return query as Query
}

/** The cursor alone is taken from the link (RFC 8288): behind a proxy its address may be another one than ours. */
function nextCursor(response: ResponseLike): string | undefined {
  watcherOf(response)?.header('Link')
  const { headers } = response
  const address = /<([^>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]
  const cursor = /[?&]cursor=([^&#]+)/.exec(address ?? '')?.[1]
  return cursor === undefined ? undefined : decodeURIComponent(cursor)
}

/** The lines of a streamed answer as they come in; where there are no streams (React Native), when all are there. */
async function* lines(response: ResponseLike, signal?: SignalLike): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces(response, signal)) {
    const parts = (rest + piece).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') throw new NetworkError(new Error('the stream ends within a line'))
}

async function* pieces(response: ResponseLike, signal?: SignalLike): AsyncGenerator<string> {
  if (!response.body) {
    yield await readText(response, signal)
    return
  }
  const reader = response.body.getReader()
  const decoder = new platform.TextDecoder()
  let isAtEnd = false
  try {
    while (!isAtEnd) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw transferError(cause, signal)
      })
      isAtEnd = done
      yield decoder.decode(value, { stream: !done })
    }
  } finally {
    // Whoever breaks off wants no more of it.
    if (!isAtEnd) await reader.cancel().catch(() => {})
  }
}
