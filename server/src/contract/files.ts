import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConsumer, type Consumer } from './consumers.ts'
import { NotJudgeable, readContract, type Contract } from './openapi.ts'
import { compareVersions } from './judge.ts'

/** The files of a contract: `openapi.json`, `released/<version>.json`, `consumers/<name>.json`. */
export type ContractFolder = string

/** Where the commands look, unless they are told otherwise. */
export const CONTRACT_FOLDER = 'contract'

/** Nobody writes so large a contract; a wrong file can be of any size. */
const MAX_BYTES = 50 * 1024 * 1024

/**
 * @throws NotJudgeable naming the file
 */
export async function readContractFile(path: string): Promise<Contract> {
  return naming(path, async () => readContract(await readJson(path)))
}

export function releasePath(folder: ContractFolder, version: string): string {
  return join(folder, 'released', `${version}.json`)
}

export function consumerPath(folder: ContractFolder, name: string): string {
  return join(folder, 'consumers', `${name}.json`)
}

/**
 * @throws NotJudgeable when it has not been released
 */
export async function readRelease(folder: ContractFolder, version: string): Promise<Contract> {
  const released = await releasedVersions(folder)
  if (!released.includes(version))
    throw new NotJudgeable(`version ${version} has not been released; ${released.join(', ') || 'none'} has`)
  return readContractFile(releasePath(folder, version))
}

/** The released versions, oldest first. */
export async function releasedVersions(folder: ContractFolder): Promise<string[]> {
  return (await namesIn(join(folder, 'released'))).sort(compareVersions)
}

/**
 * All consumers, by name.
 *
 * @throws NotJudgeable naming the file and the member
 */
export async function readConsumers(folder: ContractFolder): Promise<Consumer[]> {
  const names = await namesIn(join(folder, 'consumers'))
  return Promise.all(names.sort().map((name) => readConsumerFile(folder, name)))
}

export async function readConsumerFile(folder: ContractFolder, name: string): Promise<Consumer> {
  const path = consumerPath(folder, name)
  return naming(path, async () => {
    const consumer = readConsumer(await readJson(path))
    if (consumer.name !== name)
      throw new NotJudgeable(`"consumer" is "${consumer.name}", but the file is called ${name}.json`)
    return consumer
  })
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await readFile(path)
  if (bytes.length > MAX_BYTES) throw new NotJudgeable('the file is too large')
  return JSON.parse(bytes.toString('utf8'))
}

async function naming<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    const reason = cause instanceof NotJudgeable ? cause.message : reasonOf(cause)
    throw new NotJudgeable(`${path}: ${reason}`, { cause })
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return `it is no JSON (${error.message})`
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no such file'
  return `it cannot be read (${error instanceof Error ? error.message : String(error)})`
}

async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
}
