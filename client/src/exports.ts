import { transferError } from './errors.ts'
import { dataOf, request, type Api, type CallOptions } from './operations.ts'
import type { BlobLike, ResponseLike, StreamLike } from './platform.ts'
import type { components } from './schema.gen.ts'
import { watcherOf } from './watching.ts'

export type DataExport = components['schemas']['DataExport']

/** An archive that is on its way. Read it once: as a stream, or as a whole. */
export type ExportDownload = {
  /** The name that the server proposes for the file. */
  name: string
  /** The size of the file in bytes; undefined where the server does not say. */
  bytes: number | undefined
  /** The bytes as they come in; undefined where there are no streams (React Native). */
  stream: StreamLike | undefined
  /** @throws NetworkError when the transfer is cut off: half of an archive never looks like all of it. */
  blob: () => Promise<BlobLike>
}

export type ExportsClient = {
  /**
   * Asks for an archive of everything that the server holds of you. Ask `get` until its state is `ready`.
   *
   * @throws ProblemError `export_recent` within 24 hours
   */
  start: (options?: CallOptions) => Promise<{ data: { id: string; state: 'queued' } }>
  /** Your archives of the last 30 days, the newest ones first. */
  list: (options?: CallOptions) => Promise<{ data: DataExport[] }>
  /** How far an archive is. @throws ProblemError `not_found` */
  get: (id: string, options?: CallOptions) => Promise<{ data: DataExport }>
  /**
   * Downloads an archive, a ZIP file.
   *
   * @throws ProblemError `export_not_ready`, `export_expired`, `not_found`
   */
  download: (id: string, options?: CallOptions) => Promise<ExportDownload>
}

const PATH = '/api/me/exports/'

export function createExports(api: Api): ExportsClient {
  return {
    start: async ({ signal } = {}) => {
      const { data } = await dataOf(api.POST(PATH, request({ signal })), signal)
      return { data }
    },
    list: async ({ signal } = {}) => {
      const { data } = await dataOf(api.GET(PATH, request({ signal })), signal)
      return { data }
    },
    get: async (id, { signal } = {}) => {
      const call = api.GET('/api/me/exports/{id}/', { ...request({ signal }), params: { path: { id } } })
      return { data: (await dataOf(call, signal)).data }
    },
    download: async (id, { signal } = {}) => {
      const answer = await api.GET('/api/me/exports/{id}/download/', {
        ...request({ signal }),
        params: { path: { id } },
      })
      const response = answer.response as unknown as ResponseLike & { blob(): Promise<BlobLike> }
      for (const name of ['Content-Disposition', 'Content-Length']) watcherOf(response)?.header(name)
      const length = response.headers.get('content-length')
      const disposition = response.headers.get('content-disposition') ?? ''
      return {
        name: /filename="([\w.-]+)"/.exec(disposition)?.[1] ?? 'upm.zip',
        bytes: length === null ? undefined : Number(length),
        stream: response.body ?? undefined,
        blob: () =>
          response.blob().catch((cause: unknown) => {
            throw transferError(cause, signal)
          }),
      }
    },
  }
}
