import closeWithGrace from 'close-with-grace'
import { pino, type Logger } from 'pino'
import module from 'node:module'
import { join } from 'node:path'
import { loadConfig, type Config } from '../config/config.ts'
import type { Connection } from '../database/connect.ts'
import { openEmbedded, type EmbeddedDatabase } from '../embedded-postgres/embedded.ts'
import { openPlace } from '../mock/place.ts'
import { cacheFolder, takeTemplate } from '../mock/template.ts'
import { OperatorError } from '../operator-error.ts'
import type { Declared } from './config-file.ts'
import { declaredIn, type Terminal } from './context.ts'
import { explainListening } from './listening.ts'

export type MockCommandOptions = { port: number; host: string; types?: string }

/** Everybody may know it: tokens of any kind are accepted. */
const SECRET = 'the mock has no secrets: it believes every token'

const STOP_LIMIT_MS = 15_000
const PARENT_POLL_MS = 250

/** Serves the mock until a signal comes; then nothing is left of it but the cache of its database. */
export async function runMock(terminal: Terminal, options: MockCommandOptions): Promise<void> {
  const { print, env } = terminal
  const log = pino({ level: env['LOG_LEVEL'] || 'warn' }, pino.destination(2))
  const closing: (() => Promise<void>)[] = []
  /** The last thing opened is the first thing closed. */
  const closeAll = async () => {
    for (const step of closing.splice(0).toReversed()) await step()
  }
  let lost: string | undefined
  const { close, uninstall } = closeWithGrace({ delay: STOP_LIMIT_MS, logger: false }, async ({ err }) => {
    if (err) log.fatal({ err }, 'the mock stops after an error')
    await closeAll()
    if (lost !== undefined) throw new OperatorError(lost)
  })
  if (env['npm_lifecycle_event'] === 'mock') endWithParent(close)
  try {
    // Half of a start is compiling. Node.js 20 has no such cache.
    module.enableCompileCache?.(join(cacheFolder(), 'compiled'))
    // Loading the server takes as long as starting the database, and both can be done at once.
    const loading = import('./mock-server.ts')
    loading.catch(() => {})
    const { extensions, variables } = await declaredFor(terminal, options.types)
    const place = await openPlace()
    closing.push(() => place.remove())
    const config = mockConfig(place.folder, options, variables)
    await takeTemplate({
      folder: place.folder,
      make: async () => {
        const { fillDatabase } = await loading
        const database = await openDatabase(config, log)
        try {
          await fillDatabase(config, database.connection)
        } finally {
          await database.stop()
        }
      },
      onMake: () => print('Making the database of the mock. Later starts take it from a cache.'),
      onUnkept: (err) => log.warn({ err }, 'the database of the mock could not be kept for later starts'),
    })
    const database = await openDatabase(config, log, (reason) => {
      lost = reason
      close()
    })
    closing.push(() => database.stop())
    const { serveMock } = await loading
    const mock = await serveMock({ config, connection: database.connection, extensions, log })
    closing.push(() => mock.close())
    announce(print, options.host, mock.port)
  } catch (error) {
    uninstall()
    await closeAll()
    throw error instanceof OperatorError ? error : explainListening(error, options)
  }
}

/** What the mock is a mock of: the installation of the working directory, or what another file declares. */
async function declaredFor(terminal: Terminal, file: string | undefined): Promise<Declared> {
  if (file === undefined) return declaredIn(terminal)
  const { loadConfigModule } = await import('./config-file.ts')
  return loadConfigModule(file)
}

/** The configuration of every mock. Nothing of the environment is in it: a database that is named there is a real one. */
function mockConfig(
  folder: string,
  { host, port }: MockCommandOptions,
  declared: Declared['variables'],
): Config {
  return loadConfig({
    ...declared,
    HOST: host,
    PORT: String(port),
    DATA_DIR: folder,
    // Each world has files of its own beside these, which it begins with (mock/worlds.ts).
    MEDIA_ROOT: join(folder, 'worlds/0'),
    AUTH_JWT_SECRET: SECRET,
    AUTH_BUILT_IN: 'on',
    AUTH_SECRET: SECRET,
    CORS_ORIGINS: '*',
    // A suite of tests asks faster than people do. 429 can be forced.
    RATE_LIMIT_PER_MINUTE: '0',
    CHANGES_PER_HOUR: '0',
    CHANGES_PER_DAY: '0',
  })
}

type Embedded = EmbeddedDatabase & { connection: Exclude<Connection, string> }

function openDatabase(
  { dataDir }: Config,
  log: Logger,
  onExit?: (reason: string) => void,
): Promise<Embedded> {
  const directory = join(dataDir, 'postgres')
  return openEmbedded({ directory, mode: 'own', log, ...(onExit && { onExit }) })
}

/** npm that is killed cannot tell its script. A shell may leave a server running, npm does not. */
function endWithParent(close: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    close()
  }, PARENT_POLL_MS)
  timer.unref()
}

function announce(print: Terminal['print'], host: string, port: number): void {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const address = `http://${name}:${port}`
  print(`UPM mock is ready: ${address}/
  API documentation  ${address}/api/docs/
  a tutor            curl -H 'Authorization: Bearer tutor' ${address}/api/me/profile/
  a student          curl -H 'Authorization: Bearer student' ${address}/api/me/profile/
  a forced answer    curl -H 'Prefer: status=412' -X PATCH ${address}/api/me/profile/
  begin anew         curl -X POST ${address}/__mock/reset
Every token is accepted; docs/mock.md says whom it stands for.`)
}
