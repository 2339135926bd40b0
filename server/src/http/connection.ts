/** What happens on the connection itself: limits of time, and what never becomes a request that Fastify sees. */
import { problems, Problem, type Language, type ProblemType } from '../errors.ts'
import { METHODS, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { presentProblem, PROBLEM_CONTENT_TYPE } from './problem.ts'

/** Headers within 20 s, the whole request within two minutes; Node looks every second whether somebody is late. */
export const CONNECTION_LIMITS = {
  requestTimeout: 120_000,
  keepAliveTimeout: 75_000,
  connectionTimeout: 150_000,
  http: {
    headersTimeout: 20_000,
    connectionsCheckingInterval: 1_000,
    // It is asked for where the answer is a problem (http/answers.ts).
    requireHostHeader: false,
  },
} as const

/** How long a caller that sends nonsense may go on, so that it can read what is wrong. */
const LAST_WORDS_MS = 5_000

/** What Node passes on beside the error itself. */
type ParserError = Error & { code?: string | undefined; rawPacket?: unknown }

export type ConnectionAnswers = {
  /** Node's `clientError`: what cannot be read as a request. */
  onClientError: (error: ParserError, socket: Socket) => void
  /** Takes over what Node's server would answer by itself: CONNECT and expectations. */
  attach: (app: FastifyInstance) => void
}

const BY_ERROR: Record<string, ProblemType> = {
  HPE_HEADER_OVERFLOW: problems.headers_too_large,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: problems.payload_too_large,
  ERR_HTTP_REQUEST_TIMEOUT: problems.request_timeout,
}

/**
 * @param headers what every answer of this server has
 */
export function createConnectionAnswers(
  language: Language,
  headers: Readonly<Record<string, string>>,
): ConnectionAnswers {
  let server: FastifyInstance | undefined
  const latest = new WeakMap<Socket, ServerResponse>()
  /** Whether an answer is on its way: a second one would end up within it. */
  const isAnswering = (socket: Socket) => {
    const response = latest.get(socket)
    return response !== undefined && response.headersSent && !response.writableFinished
  }

  const refuse = (socket: Socket, problem: Problem) => {
    const body = JSON.stringify(presentProblem(problem, language))
    write(socket, problem.status, body, {
      ...headers,
      ...problem.headers,
      'cache-control': 'no-store',
      'content-language': language,
      'content-type': PROBLEM_CONTENT_TYPE,
    })
  }

  /** A method that the parser or Node's server does not know is answered like any other that an address lacks. */
  const refuseMethod = async (socket: Socket, url: string) => {
    const address = url.startsWith('/') ? url : '/'
    const remoteAddress = socket.remoteAddress ?? '127.0.0.1'
    const answer = await server?.inject({ method: 'TRACE', url: address, remoteAddress })
    if (!answer) return refuse(socket, new Problem(problems.bad_request))
    write(socket, answer.statusCode, answer.body, answer.headers)
  }

  return {
    onClientError: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
        socket.destroy()
        return
      }
      const target = targetOfUnknown(error.rawPacket)
      if (target !== undefined) void refuseMethod(socket, target).catch(() => socket.destroy())
      else refuse(socket, new Problem(BY_ERROR[error.code ?? ''] ?? problems.bad_request))
    },
    attach: (app) => {
      server = app
      app.server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
        latest.set(socket, response)
      })
      app.server.on('connect', (request: IncomingMessage, socket: Socket) => {
        void refuseMethod(socket, request.url ?? '/').catch(() => socket.destroy())
      })
      app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
        // Told to go on when somebody begins to read: whoever is refused before need not send anything.
        request.once('resume', () => {
          if (!response.headersSent) response.writeContinue()
        })
        app.server.emit('request', request, response)
      })
      // What else is expected is passed over (RFC 9110, section 10.1.1).
      app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
    },
  }
}

/** The target of a request whose method is one that the parser does not know, if that is what it stumbled over. */
function targetOfUnknown(packet: unknown): string | undefined {
  const line = Buffer.isBuffer(packet) ? packet.subarray(0, 4096).toString('latin1') : ''
  const [, method = '', target] =
    /^([!#$%&'*+.^`|~\w-]{1,64}) (\S{1,2000}) HTTP\/1\.[01]\r?\n/.exec(line) ?? []
  return METHODS.includes(method) ? undefined : target
}

function write(
  socket: Socket,
  status: number,
  body: string,
  headers: Readonly<Record<string, string | number | readonly string[] | undefined>>,
): void {
  if (!socket.writable) return
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
  // To close at once would reset the connection of somebody who is still sending, before the answer is read.
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref()
}
