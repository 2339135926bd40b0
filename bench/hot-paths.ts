/**
 * What the hot paths cost, ours beside a bare server (bare-server.ts) on the same database, in turns. `npm run bench`
 * measures all of them; bench/RESULTS.md says how to read the table.
 *
 *   --only profile-read,mixed   these scenarios
 *   --seconds 2 --rounds 3      shorter, or longer
 *   --before ../other-checkout  a third server takes its turns: that of another checkout, with the same migrations
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { addressOf } from '../server/test/process.ts'
import { fill, openBenchDatabase, type Database } from './hot-paths/data.ts'
import { measureRound, type Round } from './hot-paths/measure.ts'
import { makePictures } from './hot-paths/pictures.ts'
import { summarize, table, type Summary } from './hot-paths/report.ts'
import {
  createScenario,
  isScenario,
  needsMillion,
  scenarioNames,
  type Scenario,
  type ScenarioName,
} from './hot-paths/scenarios.ts'
import { startServer, type Server } from './hot-paths/servers.ts'
import { SECRET } from './hot-paths/tokens.ts'

type Options = { only: ScenarioName[]; seconds: number; rounds: number; before: string | undefined }

const root = resolve(import.meta.dirname, '..')
/** The last thing opened is the first thing closed. */
const closing: (() => Promise<unknown>)[] = []

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeAll().finally(() => process.exit(1)))
try {
  await run(readOptions())
} finally {
  await closeAll()
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '5' },
      before: { type: 'string' },
    },
  })
  const only = (values.only?.split(',') ?? scenarioNames).map((name) => {
    if (!isScenario(name)) throw new Error(`no scenario "${name}"; there are: ${scenarioNames.join(', ')}`)
    return name
  })
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)]
  if (!(seconds > 0 && rounds >= 1)) throw new Error('--seconds and --rounds are numbers above 0')
  return { only, seconds, rounds, before: values.before }
}

async function run(options: Options): Promise<void> {
  const conditions = describeMachine()
  const directory = await mkdtemp(join(tmpdir(), 'upm-bench-'))
  closing.push(() => rm(directory, { recursive: true, force: true }))
  const started = performance.now()
  const database = await openBenchDatabase(directory)
  closing.push(() => database.close())
  const servers = await startServers(database, directory, options.before)
  say('making accounts and entries')
  const data = await fill(database, servers[0]?.url ?? '', options.only.some(needsMillion))
  const pictures = await makePictures()
  const setUpSeconds = Math.round((performance.now() - started) / 1000)
  say(`ready after ${setUpSeconds} s`)
  const summaries = new Map<string, Summary>()
  for (const name of options.only) {
    const scenario = createScenario(name, { ...data, pictures })
    summaries.set(name, summarize(await measureInTurns(scenario, servers, database, options)))
  }
  const result = {
    ...conditions,
    loadAfter: loadavg(),
    postgres: database.version,
    setUpSeconds,
    seconds: options.seconds,
    rounds: options.rounds,
    scenarios: Object.fromEntries(summaries),
  }
  await writeFile(join(root, 'bench/latest.json'), `${JSON.stringify(result, undefined, 2)}\n`)
  process.stdout.write(`${table(summaries)}\n`)
}

/** Ours first: it is what the others are compared with. */
async function startServers(
  { connection }: Database,
  directory: string,
  before: string | undefined,
): Promise<Server[]> {
  const start = async (name: string, command: string[]) => {
    const env = {
      DATABASE_URL: addressOf(connection),
      DATA_DIR: join(directory, name),
      AUTH_JWT_SECRET: SECRET,
      PAGE: 'off',
      RATE_LIMIT_PER_MINUTE: '0',
      CHANGES_PER_HOUR: '0',
      CHANGES_PER_DAY: '0',
    }
    const server = await startServer({ name, command, env, directory })
    closing.push(server.stop)
    return server
  }
  const serve = (checkout: string) => [join(resolve(checkout), 'server/src/main.ts'), 'serve']
  return [
    await start('ours', serve(root)),
    ...(before === undefined ? [] : [await start('before', serve(before))]),
    await start('bare', [join(root, 'bench/bare-server.ts')]),
  ]
}

/** A round is a run of each server. Every other round goes backwards, so that none always runs in another's wake. */
async function measureInTurns(
  scenario: Scenario,
  servers: Server[],
  database: Database,
  { rounds, seconds }: Options,
): Promise<Map<string, Round[]>> {
  const byServer = new Map<string, Round[]>(servers.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      const measured = await measureRound(server, database, scenario, seconds)
      byServer.get(server.name)?.push(measured)
      say(
        `${scenario.name} ${round + 1}/${rounds} ${server.name}: ${measured.requestsPerSecond.toFixed(0)}/s`,
      )
    }
  }
  return byServer
}

function describeMachine() {
  return {
    date: new Date().toISOString(),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim(),
    node: process.version,
    processor: cpus()[0]?.model,
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: loadavg(),
  }
}

async function closeAll(): Promise<void> {
  for (let close = closing.pop(); close; close = closing.pop()) await close()
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
