/** A PostgreSQL 15 beside the embedded 18, where Debian's package is installed. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const BIN = '/usr/lib/postgresql/15/bin'

/** @returns its address for `DATABASE_URL`; undefined where it is not installed. */
export async function openPostgres15(t: TestContext): Promise<string | undefined> {
  if (!existsSync(`${BIN}/initdb`)) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'upm-postgres15-'))
  await chmod(folder, 0o777)
  // PostgreSQL never runs as root.
  const isRoot = process.getuid?.() === 0
  const run = (program: string, ...args: string[]) =>
    isRoot
      ? execFileSync(
          'setpriv',
          ['--reuid=postgres', '--regid=postgres', '--clear-groups', `${BIN}/${program}`, ...args],
          { stdio: 'ignore' },
        )
      : execFileSync(`${BIN}/${program}`, args, { stdio: 'ignore' })
  const data = join(folder, 'data')
  const port = await freePort()
  run('initdb', '-D', data, '-U', 'upm', '-A', 'trust', '--locale=C.UTF-8', '-E', 'UTF8', '--no-sync')
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories= -c fsync=off`
  run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-w', '-o', options, 'start')
  t.after(async () => {
    run('pg_ctl', '-D', data, '-m', 'immediate', 'stop')
    await rm(folder, { recursive: true, force: true })
  })
  return `postgres://upm@127.0.0.1:${port}/postgres`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // oxlint-disable-next-line typescript/consistent-type-assertions -- it listens on a port
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
