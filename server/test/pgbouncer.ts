/** The real PgBouncer in transaction mode, in front of the server that the tests run on. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Connection } from '../src/database/connect.ts'
import { eventually } from './process.ts'

const program = [
  process.env['PGBOUNCER_PATH'],
  '/usr/sbin/pgbouncer',
  '/usr/bin/pgbouncer',
  '/usr/local/bin/pgbouncer',
].find((path) => path !== undefined && existsSync(path))

/** Why a test cannot run; false where it can. */
export const withoutPgBouncer: string | false =
  program === undefined && 'PgBouncer is not installed: apt-get install pgbouncer, or set PGBOUNCER_PATH'

export type PgBouncer = {
  /** For `DATABASE_URL`. */
  url: string
  stop: () => Promise<void>
  start: () => Promise<void>
}

/**
 * Starts it with few connections to the server, so that clients have to take turns, and stops it with the test.
 *
 * @param settings further lines of `pgbouncer.ini`
 */
export async function startPgBouncer(
  t: TestContext,
  connection: Connection,
  { poolSize = 3, settings = '' } = {},
): Promise<PgBouncer> {
  const directory = await mkdtemp(join(tmpdir(), 'upm-pgbouncer-'))
  const port = await freePort()
  const { target, account } = await serverOf(connection)
  const file = join(directory, 'pgbouncer.ini')
  await writeFile(
    file,
    `[databases]
upm = ${target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 500
${settings}
`,
  )
  await chmod(directory, 0o755)
  await chown(directory, account.uid, account.gid)
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawn(program ?? '', ['-q', file], { stdio: 'ignore', cwd: '/', ...account })
    await eventually(() => answers(port))
  }
  const stop = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  t.after(async () => {
    await stop()
    await rm(directory, { recursive: true, force: true })
  })
  await start()
  return { url: `postgres://anybody@127.0.0.1:${port}/upm`, start, stop }
}

/** The server as a line of `pgbouncer.ini`, and as whom PgBouncer runs: who may open the server's socket, and never root. */
async function serverOf(
  connection: Connection,
): Promise<{ target: string; account: { uid: number; gid: number } }> {
  const nobody = process.getuid?.() === 0 ? 65_534 : (process.getuid?.() ?? 0)
  if (typeof connection !== 'string') {
    const { host, port, user, database } = connection
    const { uid, gid } = await stat(host)
    return { target: `host=${host} port=${port} user=${user} dbname=${database}`, account: { uid, gid } }
  }
  const { hostname, port, username, password, pathname, searchParams } = new URL(connection)
  const host = searchParams.get('host') ?? hostname
  const secret = password === '' ? '' : ` password='${decodeURIComponent(password)}'`
  return {
    target: `host=${host} port=${port || 5432} user=${decodeURIComponent(username)}${secret} dbname=${pathname.slice(1)}`,
    account: { uid: nobody, gid: process.getgid?.() === 0 ? 65_534 : (process.getgid?.() ?? 0) },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
