import type { RequestLike, ResponseLike } from './platform.ts'
import type { Recorder } from './record.ts'
import { watchAnswer } from './watching.ts'

type Sent = { schemaPath: string; request: RecordedRequest; params: Record<string, object | undefined> }
type Answered = { schemaPath: string; request: RecordedRequest; response: ResponseLike }
type RecordedRequest = RequestLike & { readonly method: string; text(): Promise<string> }

/**
 * For openapi-fetch: tells a recorder what is sent, and has it watch what is read.
 *
 * @param options.statuses what the client itself looks at
 * @param options.isRaw whether openapi-fetch reads the answer, so that nobody can watch it
 */
export function recordThrough(
  record: Recorder,
  { statuses = [], isRaw = false }: { statuses?: number[]; isRaw?: boolean } = {},
) {
  const nameOf = ({ schemaPath, request }: Sent | Answered) => `${request.method} ${schemaPath}`
  return {
    onRequest: async (sent: Sent) => {
      const { request, params } = sent
      const body = await (request.clone() as RecordedRequest).text()
      const parameters = ['path', 'query', 'header'].flatMap((place) =>
        Object.entries(params[place] ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name])),
      )
      record.request(nameOf(sent), {
        parameters,
        statuses,
        ...(body !== '' && {
          body: JSON.parse(body),
          type: request.headers.get('content-type') ?? undefined,
        }),
      })
    },
    onResponse: (answered: Answered) => {
      const { response } = answered
      const type = response.headers.get('content-type')
      const watcher = record.answer(nameOf(answered), { status: response.status, type })
      if (isRaw) record.untouched(nameOf(answered))
      else watchAnswer(response, watcher)
    },
  }
}
