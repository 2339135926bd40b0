import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CONTRACT_FOLDER, consumerPath, readContractFile } from '../contract/files.ts'
import { NotJudgeable, type Contract } from '../contract/openapi.ts'
import { startRecordingProxy } from '../contract/proxy.ts'
import { consumerFile, differences, keepNarrowed, mergeRecordings } from '../contract/recordings.ts'
import { OperatorError } from '../operator-error.ts'
import type { Terminal } from './context.ts'
import { sayPlainly, today } from './contract.ts'

export type RecordOptions = {
  contract: string
  from?: string
  check?: boolean
  part?: boolean
  proxy?: string
  port: number
  host: string
}

/** Makes `contract/consumers/<name>.json` out of what a front end's tests have recorded, or out of what passes a proxy. */
export async function recordConsumer(
  terminal: Terminal,
  name: string,
  options: RecordOptions,
): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name))
    throw new OperatorError(
      `The name of a front end has small letters, digits and hyphens, at most 32; "${name}" does not.`,
    )
  const contract = await readContractFile(options.contract).catch(sayPlainly)
  if (options.proxy !== undefined) return recordThroughProxy(terminal, name, contract, options, options.proxy)
  if (options.from === undefined)
    throw new OperatorError('Say where the recordings are: --from <folder>, or --proxy <url>.')
  const recordings = await readRecordings(options.from).catch(sayPlainly)
  const recorded = mergeRecordings(recordings, contract)
  const before = await readConsumerText(name)
  if (!options.check) {
    const after = consumerFile({ name, version: contract.version, day: today() }, recorded, before)
    return writeConsumer(terminal, name, before, after)
  }
  const path = consumerPath(CONTRACT_FOLDER, name)
  const different = differences(before, recorded, { isPart: options.part === true })
  if (before !== undefined && different.length === 0)
    return terminal.print(
      options.part ? `${path} has all that was recorded.` : `${path} is what was recorded.`,
    )
  throw new OperatorError(
    `${path} is not what the tests of ${name} have recorded:\n${different.join('\n')}\n` +
      `If the front end means to do this, run "upm contract record ${name} --from ${options.from}" and commit the file.`,
  )
}

async function recordThroughProxy(
  terminal: Terminal,
  name: string,
  contract: Contract,
  { port, host }: RecordOptions,
  address: string,
): Promise<void> {
  const target = URL.canParse(address) ? new URL(address) : undefined
  if (!target || !/^https?:$/.test(target.protocol))
    throw new OperatorError(
      `--proxy must be the address of a server, such as http://127.0.0.1:3000; "${address}" is not.`,
    )
  const proxy = await startRecordingProxy(contract, { target, port, host })
  terminal.print(`Send the requests of ${name} to http://${host}:${proxy.port}; Ctrl+C ends the recording.`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await proxy.close()
  const before = await readConsumerText(name)
  // What was narrowed by hand, and what was seen before, stays.
  const earlier: unknown = before === undefined ? { operations: {} } : JSON.parse(before)
  const seen = keepNarrowed(proxy.recording(), earlier)
  const recorded = mergeRecordings([earlier, seen], contract)
  await writeConsumer(
    terminal,
    name,
    before,
    consumerFile({ name, version: contract.version, day: today() }, recorded, before),
  )
}

async function writeConsumer(
  terminal: Terminal,
  name: string,
  before: string | undefined,
  after: string,
): Promise<void> {
  const path = consumerPath(CONTRACT_FOLDER, name)
  await mkdir(dirname(path), { recursive: true })
  if (before !== after) await writeFile(path, after)
  terminal.print(before === after ? `${path} stays as it was.` : `${path} says what ${name} uses.`)
}

async function readConsumerText(name: string): Promise<string | undefined> {
  return readFile(consumerPath(CONTRACT_FOLDER, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** The recordings of several test runs: each a JSON file. */
async function readRecordings(folder: string): Promise<unknown[]> {
  const files = await readdir(folder).catch(() => [])
  const names = files.filter((file) => file.endsWith('.json')).sort()
  if (names.length === 0) throw new NotJudgeable(`${folder} has no recordings`)
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      try {
        return JSON.parse(await readFile(path, 'utf8'))
      } catch (cause) {
        throw new NotJudgeable(`${path} is no JSON`, { cause })
      }
    }),
  )
}
