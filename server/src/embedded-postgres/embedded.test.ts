import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { firstClosedFolder } from '../system-account.ts'
import { findAccount, serverPath } from './account.ts'
import { ensureCluster } from './cluster.ts'
import { packageFolder, prepareNative } from './native.ts'
import { isServing, readPostmaster } from './postmaster.ts'
import { EmbeddedError, openEmbedded, type EmbeddedDatabase, type EmbeddedOptions } from './embedded.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const onlyRoot = isRoot ? false : 'only root meets this'
const onlyRootOnLinux = isRoot && process.platform === 'linux' ? false : 'only root on Linux meets this'

/** All folders of this file lie in here. Open to all, since as root the server runs as another user. */
const root = mkdtempSync(join(tmpdir(), 'upm-embedded-'))
/** A database that was cleanly stopped, to copy: the tests that are not about the first start are quicker with it. */
const template = join(root, 'template', 'postgres')

before(async () => {
  await chmod(root, 0o755)
  const db = await openEmbedded({ directory: template, mode: 'own', log: quiet })
  await answer(db, 'create table notes (text text not null)')
  await db.stop()
})

after(async () => {
  for (const pid of serversLeft()) {
    signal(pid, 'SIGKILL')
    await until(() => !isAlive(pid), `the end of ${pid}`)
  }
  await rm(root, { recursive: true, force: true })
})

// Also when the file is ended by a failure outside of a test, no server survives it.
process.on('exit', () => serversLeft().forEach((pid) => signal(pid, 'SIGKILL')))

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

function recorder(): { log: EmbeddedOptions['log']; messages: string[] } {
  const messages: string[] = []
  const record = (level: string) => (about: object, message: string) =>
    void messages.push(`${level} ${message} ${JSON.stringify(about)}`)
  return { log: { info: record('info'), warn: record('warn'), error: record('error') }, messages }
}

/** The path of a database in a new DATA_DIR: an empty one, or a copy of the template. */
async function newFolder(kind: 'empty' | 'stopped', parent = root): Promise<string> {
  const directory = join(await mkdtemp(join(parent, 'data-')), 'postgres')
  await chmod(dirname(directory), 0o755)
  if (kind === 'stopped') await run('cp', ['-a', template, directory])
  return directory
}

async function open(
  t: TestContext,
  options: Partial<EmbeddedOptions> & { directory: string },
): Promise<EmbeddedDatabase> {
  const db = await openEmbedded({ mode: 'own', log: quiet, ...options })
  t.after(() => db.stop())
  return db
}

async function refusal(options: Partial<EmbeddedOptions> & { directory: string }): Promise<string> {
  try {
    const db = await openEmbedded({ mode: 'own', log: quiet, ...options })
    await db.stop()
  } catch (error) {
    assert.ok(error instanceof EmbeddedError, String(error))
    assert.doesNotMatch(error.message, /\n/)
    return error.message
  }
  return assert.fail('it opened')
}

/** The first column of the first row. */
async function answer({ connection }: Pick<EmbeddedDatabase, 'connection'>, sql: string): Promise<unknown> {
  const client = new Client(connection)
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

async function serverPid(directory: string): Promise<number> {
  const pid = (await readPostmaster(directory))?.pid
  assert.ok(pid && (await isServing(pid, await realpath(directory))), 'a server runs')
  return pid
}

async function isRunning(directory: string): Promise<boolean> {
  const pid = (await readPostmaster(directory))?.pid
  return pid !== undefined && isServing(pid, await realpath(directory))
}

function serversLeft(): number[] {
  const files = existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : []
  return files
    .filter((file) => file.endsWith('postmaster.pid'))
    .map((file) => Number.parseInt(readFileSync(join(root, file), 'utf8')))
    .filter((pid) =>
      spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes('postgres'),
    )
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`)
    await sleep(10)
  }
}

/** A process that opens the database, tells how that went, and stops it when its standard input ends. */
type Other = {
  process: ChildProcess
  said: Promise<string>
  leave: () => Promise<void>
  kill: () => Promise<void>
}

const program = `
  // What an operator may have set for other databases is not for ours.
  Object.assign(process.env, { PGHOST: 'nowhere', PGPORT: '1', PGSSLMODE: 'require', PGOPTIONS: '-c statement_timeout=1' })
  import { openEmbedded } from ${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))}
  const [directory, mode] = process.argv.slice(1)
  const quiet = () => undefined
  try {
    const db = await openEmbedded({ directory, mode, log: { info: quiet, warn: quiet, error: quiet } })
    console.log('open')
    for await (const _ of process.stdin);
    await db.stop()
    process.exit()
  } catch (error) {
    console.log(error.name + ': ' + error.message)
    process.exit(1)
  }`

function inAnotherProcess(t: TestContext, directory: string, mode: 'own' | 'share', uid?: number): Other {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory, mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const exited = once(child, 'exit')
  const end = async (how: () => void) => {
    how()
    await exited
  }
  const kill = () => end(() => child.kill('SIGKILL'))
  t.after(kill)
  const said = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
  return { process: child, said, leave: () => end(() => child.stdin.end()), kill }
}

test('the first start creates a database that answers, keeps every commit, and listens on a socket only', async (t) => {
  const directory = await newFolder('empty')
  const { log, messages } = recorder()
  const db = await open(t, { directory, log })
  assert.equal(await answer(db, 'select current_database()'), 'upm')
  const expected = {
    listen_addresses: '',
    server_encoding: 'UTF8',
    data_checksums: 'on',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    TimeZone: 'UTC',
    max_connections: '200',
  }
  for (const [name, value] of Object.entries(expected))
    assert.equal(await answer(db, `show ${name}`), value, name)
  assert.equal(await answer(db, `select lower('ЇЖАК') = 'їжак' and 'а' < 'я'`), true)
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
  const { stdout } = await run('ps', ['-o', 'pgid=', '-p', String(await serverPid(directory))])
  assert.equal(Number(stdout), await serverPid(directory), 'Ctrl-C does not reach it')
  assert.match(messages.join('\n'), /Database created.*\n.*Database ready/)
  assert.deepEqual((await readdir(dirname(directory))).toSorted(), ['postgres', 'postgres.log'])
})

/** What pg_trgm finds in a word; nothing, where it knows none of its letters. */
async function trigrams(db: EmbeddedDatabase): Promise<number> {
  await answer(db, 'create extension if not exists pg_trgm')
  return Number(await answer(db, `select coalesce(array_length(show_trgm('Їжак'), 1), 0)`))
}

const warnings = (messages: string[]) => messages.filter((message) => message.startsWith('warn'))

test('letters beyond ASCII are letters in all of the database, trigrams included', async (t) => {
  const { log, messages } = recorder()
  const db = await open(t, { directory: await newFolder('stopped'), log })
  assert.equal(
    await answer(
      db,
      `select lower('ЇЖАК') = 'їжак' and upper('їжак') = 'ЇЖАК' and 'їжак' ~ '^[[:alpha:]]+$'`,
    ),
    true,
  )
  assert.equal(await trigrams(db), 5)
  assert.deepEqual(warnings(messages), [])
})

test('where the system has no UTF-8 locale, the database is made without one, and one line says so', async (t) => {
  const directory = await newFolder('empty')
  const account = await findAccount(directory)
  const native = await prepareNative(packageFolder(), account)
  // The system, as it answers where it has none.
  const folder = await mkdtemp(join(root, 'no-locale-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(
    join(folder, 'bin', 'initdb'),
    `#!/bin/sh
case "$*" in *"--lc-ctype=C "*) exec "${native.folder}/bin/initdb" "$@" ;; esac
echo 'initdb: error: invalid locale name "C.UTF-8"' >&2
exit 1
`,
    { mode: 0o755 },
  )
  await chmod(folder, 0o755)
  assert.equal(await ensureCluster(directory, { ...native, folder }, account), true)

  for (let start = 1; start <= 2; start += 1) {
    const { log, messages } = recorder()
    const db = await open(t, { directory, log })
    assert.equal(await trigrams(db), 0)
    assert.equal(await answer(db, `select lower('ЇЖАК') = 'їжак'`), true)
    assert.equal(warnings(messages).length, 1)
    assert.match(warnings(messages).join(), /lc_ctype C.*docs\/operations\.md/)
    await db.stop()
  }
})

test('a stopped database is found again with what was written', async (t) => {
  const directory = await newFolder('stopped')
  const first = await open(t, { directory })
  await answer(first, `insert into notes values ('kept')`)
  await first.stop()
  assert.equal(await isRunning(directory), false)
  assert.equal(existsSync(join(directory, 'postmaster.pid')), false)
  await first.stop()

  const second = await open(t, { directory })
  assert.equal(await answer(second, 'select text from notes'), 'kept')
})

test('a server whose owner was killed is taken over as it runs', async (t) => {
  const directory = await newFolder('stopped')
  const owner = inAnotherProcess(t, directory, 'own')
  assert.equal(await owner.said, 'open')
  const pid = await serverPid(directory)
  await owner.kill()

  const db = await open(t, { directory })
  assert.equal(await serverPid(directory), pid)
  assert.equal(await answer(db, 'select count(*)::int from notes'), 0)
  await db.stop()
  assert.equal(await isRunning(directory), false)
})

test('a server that was killed together with its owner starts again with every commit', async (t) => {
  const directory = await newFolder('stopped')
  const owner = inAnotherProcess(t, directory, 'own')
  assert.equal(await owner.said, 'open')
  const pid = await serverPid(directory)
  await answer({ connection: socketOf(directory) }, `insert into notes values ('committed')`)
  await owner.kill()
  signal(pid, 'SIGKILL')
  assert.ok(existsSync(join(directory, 'postmaster.pid')))

  const db = await open(t, { directory })
  assert.notEqual(await serverPid(directory), pid)
  assert.equal(await answer(db, 'select text from notes'), 'committed')
})

test('a killed server starts again only when the last of its processes has ended', async (t) => {
  const directory = await newFolder('stopped')
  const owner = inAnotherProcess(t, directory, 'own')
  assert.equal(await owner.said, 'open')
  const pid = await serverPid(directory)
  const straggler = await answer(
    { connection: socketOf(directory) },
    `select pid from pg_stat_activity where backend_type = 'background writer'`,
  )
  signal(Number(straggler), 'SIGSTOP')
  t.after(() => signal(Number(straggler), 'SIGKILL'))
  await owner.kill()
  signal(pid, 'SIGKILL')
  // Without its lock file too: what PostgreSQL goes by in the end is the shared memory.
  await until(async () => !(await isRunning(directory)), 'the end of the server')
  await rm(join(directory, 'postmaster.pid'))

  const opening = open(t, { directory })
  const log = () => readFileSync(`${directory}.log`, 'utf8')
  await until(() => log().includes('pre-existing shared memory block'), 'the refusal of PostgreSQL')
  assert.equal(await isRunning(directory), false)
  signal(Number(straggler), 'SIGCONT')
  assert.equal(await answer(await opening, 'select 1'), 1)
})

function socketOf(host: string): EmbeddedDatabase['connection'] {
  return { host, port: 5432, user: 'upm', database: 'upm', ssl: false }
}

test('lock files of a killed server are no hindrance when their process id is in use again', async (t) => {
  const directory = await newFolder('stopped')
  const account = await findAccount(directory)
  const passerBy = spawn('sleep', ['600'], { ...account, cwd: '/' })
  t.after(() => passerBy.kill())
  const files = ['postmaster.pid', '.s.PGSQL.5432.lock'].map((name) => join(directory, name))
  for (const file of files) {
    await writeFile(
      file,
      `${passerBy.pid}\n${directory}\n1700000000\n5432\n.\n\n  5432001  98765\nready   \n`,
    )
    if (account) await chown(file, account.uid, account.gid)
  }
  const db = await open(t, { directory })
  assert.equal(await answer(db, 'select 1'), 1)
})

test('a second owner is refused, with the folder and the process of the first', async (t) => {
  const directory = await newFolder('stopped')
  const owner = inAnotherProcess(t, directory, 'own')
  assert.equal(await owner.said, 'open')
  const message = await refusal({ directory })
  assert.ok(message.includes(directory), message)
  assert.ok(message.includes(`process ${owner.process.pid}`), message)
  assert.equal(await answer({ connection: socketOf(directory) }, 'select 1'), 1)
  await owner.leave()
  assert.equal(await isRunning(directory), false)
})

test('a command shares the server of its owner and leaves it running', async (t) => {
  const directory = await newFolder('stopped')
  const owner = await open(t, { directory })
  const command = inAnotherProcess(t, directory, 'share')
  assert.equal(await command.said, 'open')
  await command.leave()
  const here = await open(t, { directory, mode: 'share' })
  await here.stop()
  assert.equal(await answer(owner, 'select 1'), 1)
})

test('a command alone starts the server and takes it down', async (t) => {
  const directory = await newFolder('empty')
  const db = await open(t, { directory, mode: 'share' })
  assert.equal(await answer(db, 'select 1'), 1)
  await db.stop()
  assert.equal(await isRunning(directory), false)
})

test('of several commands the last one to leave takes the server down', async (t) => {
  const directory = await newFolder('stopped')
  const first = await open(t, { directory, mode: 'share' })
  const others = [1, 2, 3].map(() => inAnotherProcess(t, directory, 'share'))
  for (const other of others) assert.equal(await other.said, 'open')
  await first.stop()
  assert.equal(await answer({ connection: socketOf(directory) }, 'select 1'), 1)
  await Promise.all(others.map((other) => other.leave()))
  assert.equal(await isRunning(directory), false)
})

test('an owner that comes while a command runs keeps the server when the command leaves', async (t) => {
  const directory = await newFolder('stopped')
  const command = await open(t, { directory, mode: 'share' })
  const owner = await open(t, { directory })
  await command.stop()
  assert.equal(await answer(owner, 'select 1'), 1)
  await owner.stop()
  assert.equal(await isRunning(directory), false)
})

test('of two owners whose first starts coincide one wins and the other is refused', async (t) => {
  const directory = await newFolder('empty')
  const owners = [1, 2].map(() => inAnotherProcess(t, directory, 'own'))
  const said = await Promise.all(owners.map((owner) => owner.said))
  assert.equal(said.filter((line) => line === 'open').length, 1, said.join('\n'))
  assert.equal(
    said.filter((line) => /^EmbeddedError: .* is in use by another UPM/.test(line)).length,
    1,
    said.join('\n'),
  )
  assert.equal(await answer({ connection: socketOf(directory) }, 'select 1'), 1)
  await Promise.all(owners.map((owner) => owner.leave()))
  assert.equal(await isRunning(directory), false)
  assert.deepEqual((await readdir(dirname(directory))).toSorted(), ['postgres', 'postgres.log'])
})

test('commands that come and go all the time never meet a broken or a stopping server', async () => {
  const directory = await newFolder('stopped')
  const comeAndGo = async (times: number): Promise<void> => {
    if (times === 0) return
    const db = await openEmbedded({ directory, mode: 'share', log: quiet })
    assert.equal(await answer(db, 'select 1'), 1)
    await db.stop()
    await comeAndGo(times - 1)
  }
  await Promise.all([comeAndGo(6), comeAndGo(5), comeAndGo(4)])
  assert.equal(await isRunning(directory), false)
})

test('a start that meets the lock file of another before it is written tries again', async (t) => {
  const directory = await newFolder('stopped')
  const lock = join(directory, 'postmaster.pid')
  await writeFile(lock, '')
  const opening = open(t, { directory })
  const log = () => readFile(`${directory}.log`, 'utf8').catch(() => '')
  await until(async () => (await log()).includes('is empty'), 'the first attempt')
  await rm(lock)
  assert.equal(await answer(await opening, 'select 1'), 1)
})

test('a folder whose path is too long for a socket has its socket elsewhere, out of reach for others', async (t) => {
  const parent = join(root, 'long-'.repeat(20))
  await mkdir(parent, { recursive: true })
  const directory = await newFolder('stopped', parent)
  const db = await open(t, { directory })
  assert.equal(await answer(db, 'select 1'), 1)
  const { host } = db.connection
  assert.notEqual(host, directory)
  const { mode, uid } = await stat(host)
  assert.deepEqual([mode & 0o777, uid], [0o700, (await stat(directory)).uid])
  const command = inAnotherProcess(t, directory, 'share')
  assert.equal(await command.said, 'open')
  await command.leave()
  signal(await serverPid(directory), 'SIGKILL')
  await until(async () => !(await isRunning(directory)), 'the end of the server')

  const again = await open(t, { directory })
  assert.equal(existsSync(host), false)
  await again.stop()
  assert.equal(existsSync(again.connection.host), false)
})

test(
  'root may keep everything in a folder that is closed to the user of the server',
  { skip: onlyRootOnLinux },
  async (t) => {
    const home = await mkdtemp(join(root, 'home-'))
    assert.equal((await stat(home)).mode & 0o777, 0o700)
    const directory = join(home, 'upm', 'data', 'postgres')
    const owner = inAnotherProcess(t, directory, 'own')
    assert.equal(await owner.said, 'open')
    const pid = await serverPid(directory)
    await owner.kill()
    const db = await open(t, { directory })
    assert.equal(await serverPid(directory), pid)
    assert.equal(await answer(db, 'select 1'), 1)
    await db.stop()
    assert.equal((await stat(home)).mode & 0o777, 0o700)
  },
)

test(
  'where the server cannot get into a closed folder, the first such folder is named',
  { skip: onlyRoot },
  async () => {
    const home = await mkdtemp(join(root, 'home-'))
    const inner = join(home, 'upm', 'data')
    await mkdir(inner, { recursive: true })
    const account = { uid: 54321, gid: 54321 }
    assert.equal(await firstClosedFolder(inner, account), home)
    await assert.rejects(serverPath(join(inner, 'postgres'), account, 'darwin'), (error: Error) => {
      assert.ok(error instanceof EmbeddedError)
      assert.ok(error.message.includes(`chmod o+x ${home}`), error.message)
      return true
    })
    await chmod(home, 0o711)
    assert.equal(await firstClosedFolder(inner, account), undefined)
  },
)

test(
  'programs in a closed folder are copied once to where the user of the server can run them',
  { skip: onlyRoot },
  async () => {
    const home = await mkdtemp(join(root, 'home-'))
    await cp(packageFolder(), join(home, 'package'), { recursive: true, verbatimSymlinks: true })
    // As `npm ci --ignore-scripts` leaves it.
    await rm(join(home, 'package', 'native', 'lib', 'libicuuc.so.60'), { force: true })
    const cache = join(root, 'cache')
    const account = await findAccount(join(root, 'none'))
    const copy = await prepareNative(join(home, 'package'), account, cache)
    assert.equal(dirname(copy.folder), cache)
    assert.equal(copy.major, 18)
    const { ino } = await stat(copy.folder)
    await prepareNative(join(home, 'package'), account, cache)
    assert.equal((await stat(copy.folder)).ino, ino)
    assert.deepEqual(await readdir(cache), [copy.folder.slice(cache.length + 1)])
  },
)

test('root leaves the database of another user to that user', { skip: onlyRoot }, async (t) => {
  const directory = await newFolder('stopped')
  const uid = 54321
  await run('chown', ['-R', `${uid}:${uid}`, directory])
  const db = await open(t, { directory })
  assert.equal(await answer(db, 'select 1'), 1)
  await db.stop()
  for (const name of await readdir(directory))
    assert.equal((await stat(join(directory, name))).uid, uid, name)
})

test('the folder of another user is refused', { skip: onlyRoot }, async (t) => {
  const directory = await newFolder('stopped')
  await run('chown', ['-R', '54321:54321', directory])
  const other = inAnotherProcess(t, directory, 'own', 54322)
  assert.match(await other.said, /^EmbeddedError: .*belongs to another user \(uid 54321\)/)
})

test('a database of another version is refused, with both versions', async () => {
  const directory = await newFolder('stopped')
  await writeFile(join(directory, 'PG_VERSION'), '17\n')
  assert.match(await refusal({ directory }), /created by PostgreSQL 17, .* PostgreSQL 18/)
})

test('a folder with something else in it is refused and left alone', async () => {
  const directory = await newFolder('empty')
  await mkdir(directory)
  await writeFile(join(directory, 'thesis.txt'), 'the only copy')
  assert.match(await refusal({ directory }), /is not empty and is not a database/)
  assert.deepEqual(await readdir(directory), ['thesis.txt'])
})

test('a damaged database is refused, with what to do', async () => {
  const directory = await newFolder('stopped')
  for (const name of await readdir(join(directory, 'pg_wal'))) {
    await rm(join(directory, 'pg_wal', name), { recursive: true })
  }
  assert.match(await refusal({ directory }), /files are damaged: restore .*postgres\.log/)
  assert.equal(await isRunning(directory), false)
})

test('a restored copy with the wrong owner and mode is put right', async (t) => {
  const directory = await newFolder('empty')
  await cp(template, directory, { recursive: true })
  await chmod(directory, 0o755)
  const db = await open(t, { directory })
  assert.equal(await answer(db, 'select 1'), 1)
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
})

test('a start that fails after the server came up takes it down again', async (t) => {
  const directory = await newFolder('stopped')
  const db = await open(t, { directory })
  const maintenance = { connection: { ...db.connection, user: 'upm', database: 'postgres' } }
  await answer(maintenance, 'drop database upm')
  await answer(maintenance, 'alter system set default_transaction_read_only = on')
  await db.stop()
  assert.match(await refusal({ directory }), /cannot execute CREATE DATABASE/)
  assert.equal(await isRunning(directory), false)
})

test('a first start that was cut off leaves nothing that hinders the next', async (t) => {
  const directory = await newFolder('empty')
  const ended = spawn(process.execPath, ['--version'])
  await once(ended, 'exit')
  const leftover = join(dirname(directory), `.postgres.new-${ended.pid}-abcdef`)
  await mkdir(leftover)
  await writeFile(join(leftover, 'PG_VERSION'), '18\n')
  const db = await open(t, { directory })
  assert.equal(await answer(db, 'select 1'), 1)
  assert.equal(existsSync(leftover), false)
})

test('onExit is called once when the server is killed, and not when we stop it', async (t) => {
  const directory = await newFolder('stopped')
  const { log, messages } = recorder()
  const reasons: string[] = []
  const first = await open(t, { directory, log, onExit: (reason) => reasons.push(reason) })
  await first.stop()
  assert.equal(reasons.length, 0)

  const second = await open(t, { directory, log, onExit: (reason) => reasons.push(reason) })
  signal(await serverPid(directory), 'SIGKILL')
  await until(() => reasons.length > 0, 'onExit')
  await second.stop()
  assert.equal(reasons.length, 1)
  assert.match(reasons[0] ?? '', /has stopped\. Its log is /)
  assert.equal(messages.filter((message) => message.startsWith('error')).length, 1)
})

test('onExit is called when the owner takes the server down under a command', async (t) => {
  const directory = await newFolder('stopped')
  const owner = await open(t, { directory })
  const reasons: string[] = []
  const command = await open(t, { directory, mode: 'share', onExit: (reason) => reasons.push(reason) })
  await owner.stop()
  await until(() => reasons.length > 0, 'onExit')
  await command.stop()
  assert.equal(reasons.length, 1)
})

test('when one of its processes is killed the server restarts by itself and the owner keeps it', async (t) => {
  const directory = await newFolder('stopped')
  const { log, messages } = recorder()
  const reasons: string[] = []
  const db = await open(t, { directory, log, onExit: (reason) => reasons.push(reason) })
  const pid = await serverPid(directory)
  const operator = { connection: { ...db.connection, user: 'upm' } }
  const victim = await answer(
    operator,
    `select pid from pg_stat_activity where backend_type = 'background writer'`,
  )
  signal(Number(victim), 'SIGKILL')
  await until(() => messages.some((message) => message.includes('is back')), 'the connection')
  assert.equal(await serverPid(directory), pid)
  assert.equal(reasons.length, 0)
  const second = inAnotherProcess(t, directory, 'own')
  assert.match(await second.said, /is in use by another UPM/)
  await db.stop()
  assert.equal(await isRunning(directory), false)
})

test('a full disk is told as such, at the first start and later', { skip: onlyRootOnLinux }, async (t) => {
  const disk = await mkdtemp(join(root, 'disk-'))
  const mount = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=755', 'tmpfs', disk])
  if (mount.status !== 0) return t.skip('this machine does not let us mount')
  t.after(() => spawnSync('/bin/umount', ['--lazy', disk]))
  const directory = join(disk, 'postgres')
  await writeFile(join(disk, 'ballast'), Buffer.alloc(50_000_000))
  assert.match(await refusal({ directory }), /the disk is full/)
  assert.deepEqual(await readdir(disk), ['ballast'])

  await rm(join(disk, 'ballast'))
  await run('cp', ['-a', template, directory])
  spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4k'])
  assert.match(await refusal({ directory }), /the disk is full/)
  await rm(join(disk, 'ballast'))
  const db = await open(t, { directory })
  assert.equal(await answer(db, 'select 1'), 1)
  await db.stop()
})

test('a server stops for the last time at the last stop: its log tells no crash', async (t) => {
  const directory = await newFolder('stopped')
  const db = await open(t, { directory })
  await db.stop()
  const log = await readFile(`${directory}.log`, 'utf8')
  assert.match(log, /database system is shut down\n$/)
  assert.doesNotMatch(log, /interrupted|not properly shut down/)
})

test('UPM is no superuser of its database: it reads no file, runs no program and makes no role', async (t) => {
  const db = await open(t, { directory: await newFolder('stopped') })
  assert.equal(
    await answer(db, 'select rolsuper or rolcreaterole from pg_roles where rolname = current_user'),
    false,
  )
  assert.equal(
    await answer(
      db,
      'select datdba = current_user::regrole from pg_database where datname = current_database()',
    ),
    true,
  )
  for (const statement of [
    `copy (select 1) to program 'true'`,
    `select pg_read_file('/etc/hostname')`,
    'create role another superuser',
    'alter system set fsync to off',
    'set role upm',
  ]) {
    await assert.rejects(answer(db, statement), { code: '42501' }, statement)
  }
})

test('a database that an earlier release has used as superuser is given to the application, all of it, at the next start', async (t) => {
  const directory = await newFolder('stopped')
  const earlier = await openEmbedded({ mode: 'own', log: quiet, directory })
  const operator = { connection: { ...earlier.connection, user: 'upm' } }
  for (const statement of [
    'alter database upm owner to upm',
    'create schema auth',
    'create table auth.users (id bigserial primary key, name text)',
    'create table entries (at date not null) partition by range (at)',
    `create table entries_1 partition of entries for values from ('2026-01-01') to ('2027-01-01')`,
    `create type mood as enum ('good')`,
    'create sequence counter',
    'create view names as select name from auth.users',
    `create function one() returns integer language sql as 'select 1'`,
  ]) {
    await answer(operator, statement)
  }
  await earlier.stop()
  const db = await open(t, { directory })
  for (const statement of [
    'alter table auth.users add column email text',
    `insert into auth.users (name) values ('Alex') returning id`,
    `create table entries_2 partition of entries for values from ('2027-01-01') to ('2028-01-01')`,
    'drop table entries_1',
    `alter type mood add value 'bad'`,
    'drop sequence counter',
    'drop view names',
    'drop function one()',
    'create table auth.more (id integer)',
    'drop schema auth cascade',
  ]) {
    await answer(db, statement)
  }
})
