/** The server and its database, as often as the mock begins anew. One of these worlds answers at a time. */
import { cp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import type { Config } from '../config/config.ts'
import { connectionOptions, type Connection } from '../database/connect.ts'
import { readOperations, type Operation } from './answers.ts'

/** The parts of a connection to the server that the embedded database is. */
type Parts = Exclude<Connection, string>

export type WorldsOptions = {
  /** For the files of each world; in its folder `0` are those that each begins with. */
  folder: string
  /** The database that each world begins with. Nobody is connected to it. */
  template: Parts
  config: Config
  /** The whole server on this database, ready to be asked. Its end closes all that it has opened. */
  open: (config: Config, connection: Connection) => Promise<FastifyInstance>
  onError: (error: unknown) => void
}

type World = {
  app: FastifyInstance
  findOperation: (method: string, path: string) => Promise<Operation | undefined>
  /** The answers that are under way. */
  running: Set<ServerResponse>
  end: () => Promise<void>
}

/** How long requests of the former world may go on: streams would do so for ever. */
const LAST_REQUESTS_MS = 5_000
const POLL_MS = 20

export type Worlds = Awaited<ReturnType<typeof openWorlds>>

export async function openWorlds(options: WorldsOptions) {
  let made = 0
  let current = await makeWorld(options, ++made)
  let turn: Promise<void> = Promise.resolve()
  const ending = new Set<Promise<void>>()
  /** Who has begun anew once mostly does so before each test: the next world is made ahead. */
  let spare: Promise<World | undefined> | undefined

  async function replace(): Promise<void> {
    const next = (await spare) ?? (await makeWorld(options, ++made))
    spare = makeWorld(options, ++made).catch((error: unknown) => {
      options.onError(error)
      return undefined
    })
    const former = current
    current = next
    const end = former.end().catch(options.onError)
    ending.add(end)
    void end.then(() => ending.delete(end))
  }

  return {
    /** Has the request answered by the world of this moment. */
    enter(
      event: 'request' | 'checkContinue' | 'checkExpectation',
      request: IncomingMessage,
      response: ServerResponse,
    ): void {
      const { app, running } = current
      running.add(response)
      response.once('close', () => running.delete(response))
      app.server.emit(event, request, response)
    },
    /** Whatever else happens on the server that listens is an event of the app's own. */
    pass: (event: string, ...about: unknown[]): boolean => current.app.server.emit(event, ...about),
    app: () => current.app,
    findOperation: (method: string, path: string) => current.findOperation(method, path),
    /**
     * Begins anew: what is asked after this has resolved is answered by the database as it was in the beginning. Requests
     * that run are finished in their own world. Resets that come at once take turns.
     */
    reset: (): Promise<void> => {
      const mine = turn.then(replace)
      turn = mine.catch(() => {})
      return mine
    },
    async close(): Promise<void> {
      await turn
      await Promise.all(ending)
      await (await spare)?.end()
      await current.end()
    },
  }
}

async function makeWorld(options: WorldsOptions, number: number): Promise<World> {
  const { folder, template, open } = options
  const database = `mock_${number}`
  const root = join(folder, String(number))
  await Promise.all([
    cp(join(folder, '0'), root, { recursive: true }),
    // The files of the template are as they are on the disk: nobody has changed it since the server was started.
    administer(template, `create database ${database} template ${template.database} strategy file_copy`),
  ])
  const config = { ...options.config, storage: { kind: 'local' as const, root } }
  const app = await open(config, { ...template, database })
  /** Read when it is first asked for, which most worlds never are. */
  let find: Promise<ReturnType<typeof readOperations>> | undefined
  const readContract = async () => readOperations((await app.inject('/api/schema/')).json())
  const running = new Set<ServerResponse>()
  return {
    app,
    findOperation: async (method, path) => (await (find ??= readContract()))(method, path),
    running,
    end: async () => {
      const deadline = performance.now() + LAST_REQUESTS_MS
      while (running.size > 0 && performance.now() < deadline) await sleep(POLL_MS)
      for (const response of running) response.destroy()
      await app.close()
      await administer(template, `drop database ${database} with (force)`)
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Runs a statement that concerns whole databases. */
async function administer(template: Parts, statement: string): Promise<void> {
  const client = new pg.Client(connectionOptions({ ...template, database: 'postgres' }))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
