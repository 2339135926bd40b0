/**
 * Before the first test file: the account page, built, and a PostgreSQL with a migrated template database, from which
 * every test file gets a copy. The server is that of DATABASE_URL, else an embedded one in a temporary folder.
 */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { connectionOptions, type Connection } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { OperatorError } from '../src/operator-error.ts'
import { at, dropDatabase, TEMPLATE_VARIABLE } from './database.ts'

let close = async () => {}

export async function globalSetup(): Promise<void> {
  try {
    await buildPage()
    await setUp()
  } catch (error) {
    // The runner itself would stop without a word, and with status 0.
    process.stderr.write(`the tests cannot start: ${explain(error)}\n`)
    process.exit(1)
  }
}

/** In a process of its own, whose tools are gone again when the tests begin. */
async function buildPage(): Promise<void> {
  const script = join(import.meta.dirname, '../../web/scripts/build.ts')
  try {
    await promisify(execFile)(process.execPath, [script])
  } catch (cause) {
    throw new OperatorError((cause as { stderr: string }).stderr.trim(), { cause })
  }
}

async function setUp(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'upm-test-'))
  // PgBouncer, which is never root, has to pass through to the server's socket.
  await chmod(directory, 0o711)
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const server = await openDatabase(
    { databaseUrl: process.env['DATABASE_URL'], dataDir: directory },
    'own',
    silent,
  )
  const template = `upm_template_${process.pid}`
  await connected(server.connection, (admin) => admin.query(`create database ${template}`))
  await migrate(at(server.connection, template))
  process.env[TEMPLATE_VARIABLE] = JSON.stringify({ server: server.connection, template })
  close = async () => {
    await connected(server.connection, (admin) => dropDatabase(admin, template))
    await server.close()
    await rm(directory, { recursive: true, force: true })
  }
}

export async function globalTeardown(): Promise<void> {
  await close()
}

function explain(error: unknown): string {
  if (error instanceof OperatorError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function connected(
  connection: Connection,
  work: (admin: pg.Client) => Promise<unknown>,
): Promise<void> {
  const admin = new pg.Client(connectionOptions(connection))
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}
