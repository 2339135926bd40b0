import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  CONTRACT_FOLDER,
  consumerPath,
  readConsumerFile,
  readConsumers,
  readContractFile,
  readRelease,
  releasedVersions,
  releasePath,
} from '../contract/files.ts'
import { isObject, NotJudgeable } from '../contract/openapi.ts'
import { compareVersions, judge } from '../contract/judge.ts'
import { missingFrom } from '../contract/places.ts'
import { markdownOf, statusTable, textOf, type Report } from '../contract/report.ts'
import { OperatorError } from '../operator-error.ts'
import type { Terminal } from './context.ts'
import { seenRequests } from './seen-requests.ts'

export type CheckOptions = { contract: string; against?: string; json?: boolean; markdown?: boolean }

/** What `upm contract check` exits with. */
const FITS = 0
const BREAKS = 1
const CANNOT_BE_JUDGED = 2

/**
 * Prints whom a new contract breaks.
 *
 * @returns the exit code of the process: 0 nobody, 1 somebody, 2 it cannot be judged
 */
export async function checkContract(terminal: Terminal, options: CheckOptions): Promise<number> {
  try {
    const report = await compare(options)
    const { ok, breaks, unused } = report.verdict
    if (options.json) {
      const withoutMessage = unused.map(({ operation, path, direction, rule }) => ({
        operation,
        path,
        direction,
        rule,
      }))
      terminal.print(JSON.stringify({ ok, breaks, unused: withoutMessage }, null, 2))
    } else terminal.print(options.markdown ? markdownOf(report) : textOf(report))
    return ok ? FITS : BREAKS
  } catch (error) {
    if (!(error instanceof NotJudgeable)) throw error
    process.stderr.write(`upm: the contract cannot be judged: ${error.message}\n`)
    return CANNOT_BE_JUDGED
  }
}

async function compare({ contract: path, against }: CheckOptions): Promise<Report> {
  const now = await readContractFile(path)
  const version = against ?? (await releasedVersions(CONTRACT_FOLDER)).at(-1)
  if (version === undefined)
    throw new NotJudgeable(
      `no version has been released in ${join(CONTRACT_FOLDER, 'released')}; "upm contract release" releases one`,
    )
  const old = await readRelease(CONTRACT_FOLDER, version)
  const consumers = await readConsumers(CONTRACT_FOLDER)
  return {
    against: version,
    consumers,
    verdict: judge(old, now, consumers, today()),
    // What neither of them has is a slip of the pen, or of something that was never released.
    unknown: consumers.flatMap((consumer) => {
      const before = new Set(missingFrom(old, consumer).map((place) => JSON.stringify(place)))
      return missingFrom(now, consumer)
        .filter((place) => before.has(JSON.stringify(place)))
        .map((place) => ({ consumer: consumer.name, ...place }))
    }),
  }
}

/** Writes `released/<version>.json`: from now on front ends are promised this. It is never changed. */
export async function releaseContract(
  terminal: Terminal,
  { contract: path }: { contract: string },
): Promise<void> {
  const contract = await readContractFile(path).catch(sayPlainly)
  const { version } = contract
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    throw new OperatorError(`${path}: "info.version" must be a version such as 0.7.0.`)
  const released = await releasedVersions(CONTRACT_FOLDER)
  const newest = released.at(-1)
  if (newest !== undefined && compareVersions(version, newest) <= 0)
    throw new OperatorError(
      `Version ${newest} has been released already. Raise "info.version" of ${path} first.`,
    )
  if (newest !== undefined) {
    const { verdict } = await compare({ contract: path }).catch(sayPlainly)
    if (!verdict.ok)
      throw new OperatorError(
        `Version ${version} would break front ends. "upm contract check" says which, and "upm contract adopt" lets it through.`,
      )
  }
  const target = releasePath(CONTRACT_FOLDER, version)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, await readFile(path), { flag: 'wx' })
  terminal.print(`${target} is what front ends are promised from now on.`)
}

/** A front end says that it gets along with a version. */
export async function adoptContract(
  terminal: Terminal,
  name: string,
  { version, contract: path }: { version: string; contract: string },
): Promise<void> {
  const consumer = await readConsumerFile(CONTRACT_FOLDER, name).catch(sayPlainly)
  const contract = await contractOf(version, path).catch(sayPlainly)
  const missing = missingFrom(contract, consumer)
  if (missing.length > 0) {
    const list = missing.map(({ operation, path: place, direction }) => {
      if (place === '') return `  ${operation}`
      return `  ${operation} → ${place} (${direction === 'request' ? 'sent' : 'read'})`
    })
    throw new OperatorError(
      `${name} cannot adopt ${version}: its recording of ${consumer.recorded} uses what ${version} does not have:\n${list.join('\n')}\n` +
        'Change the front end, record it again, and then adopt the version.',
    )
  }
  const target = consumerPath(CONTRACT_FOLDER, name)
  const file: unknown = JSON.parse(await readFile(target, 'utf8'))
  await writeFile(target, `${JSON.stringify({ ...(isObject(file) && file), adopted: version }, null, 2)}\n`)
  terminal.print(`${name} has adopted ${version}.`)
}

/** A released version, or the one that the next release will have. */
async function contractOf(version: string, path: string) {
  const released = await releasedVersions(CONTRACT_FOLDER)
  if (released.includes(version)) return readRelease(CONTRACT_FOLDER, version)
  const next = await readContractFile(path)
  if (next.version === version) return next
  const known = [...released, `${next.version} (${path})`].join(', ')
  throw new NotJudgeable(`there is no version ${version}; these exist: ${known}`)
}

/** Prints each consumer with the versions that it fits, and how many requests of it a server has seen. */
export async function contractStatus(
  terminal: Terminal,
  { contract: path, metrics }: { contract: string; metrics?: string },
): Promise<void> {
  const consumers = await readConsumers(CONTRACT_FOLDER).catch(sayPlainly)
  const versions = await releasedVersions(CONTRACT_FOLDER)
  const contracts = await Promise.all(versions.map((version) => readRelease(CONTRACT_FOLDER, version))).catch(
    sayPlainly,
  )
  const next = await readContractFile(path).catch(sayPlainly)
  if (!versions.includes(next.version)) contracts.push(next)
  const seen = metrics === undefined ? undefined : await seenRequests(metrics)
  terminal.print(statusTable(consumers, contracts, seen))
}

export function sayPlainly(error: unknown): never {
  throw error instanceof NotJudgeable ? new OperatorError(`${error.message}.`, { cause: error }) : error
}

export function today(): string {
  return new Date().toISOString().slice(0, 10)
}
