/** What deploy/, Dockerfile and compose.yaml promise. There is not a container engine on every machine. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { variables } from '../src/config/variables.ts'
import { buildImage, environmentOf, inStarted, startImage } from './dockerfile.ts'
import { PASSWORD } from './visitor.ts'

const context = join(import.meta.dirname, '../..')
const UID = 1000

const skip = canMount()
  ? false
  : 'only root on Linux, with the right to mount overlays in the folder for temporary files, can make an image'

test(
  'the image runs as another user on a read-only root, tells its health, and stops at SIGTERM',
  { skip, timeout: 900_000 },
  async (t) => {
    const place = await mkdtemp(join(tmpdir(), 'upm-image-'))
    await chmod(place, 0o755)
    t.after(() => rm(place, { recursive: true, force: true }))
    const base = await prepareBase(join(place, 'base'))
    const image = buildImage({ context, place, base, installs: process.env['UPM_IMAGE_INSTALL'] === '1' })
    assert.equal(image.user, 'node')
    assert.deepEqual(image.volumes, ['/data'])

    const volumes = join(place, 'volumes')
    await mkdir(join(volumes, 'data'), { recursive: true })
    await chown(join(volumes, 'data'), UID, UID)
    const port = await freePort()
    const env = { ...environmentOf(image), HOME: '/home/node', PORT: String(port), AUTH_SIGN_UP: 'open' }
    const [program = '', ...args] = startImage(image, volumes)
    const server = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => server.kill('SIGKILL'))
    const output = text(server.stdout)
    const ended = once(server, 'exit')
    const url = `http://127.0.0.1:${port}`

    const { pid } = server
    assert.ok(pid)
    const run = (...command: string[]) => {
      const [nsenter = '', ...words] = inStarted(image, pid, command)
      return spawnSync(nsenter, words, { env, encoding: 'utf8' })
    }
    while (run(...image.healthcheck).status !== 0 && server.exitCode === null) await sleep(500)
    assert.equal(server.exitCode, null, 'it ended before it was healthy')

    assert.equal(run('touch', '/data/a').status, 0)
    for (const path of ['/app/a', '/tmp/a', '/home/node/a'])
      assert.match(run('touch', path).stderr, /Read-only file system/, path)
    const files = run('ls', 'node_modules', 'server', 'web').stdout.split('\n')
    for (const name of ['fastify', 'sharp', 'src', 'dist']) assert.ok(files.includes(name), name)
    for (const name of ['vite', 'typescript', 'node', 'test', 'journeys'])
      assert.ok(!files.includes(name), name)

    assert.match(await (await fetch(url)).text(), /<title>(?:Мій кабінет|My account)</)
    const post = (path: string, body: object) =>
      fetch(`${url}/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const person = { email: 'alex@example.com', password: PASSWORD }
    assert.equal((await post('/sign-up/email', { ...person, name: 'Alex Koval', role: 'tutor' })).status, 200)
    assert.equal((await post('/sign-in/email', person)).status, 200)

    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    assert.match(status, new RegExp(`^Uid:\t${UID}\t${UID}\t`, 'm'))
    server.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
    assert.match(await output, /"msg":"stopped"/)
  },
)

test('compose.yaml sets no variable that UPM does not have', async () => {
  const compose = await readFile(join(context, 'compose.yaml'), 'utf8')
  const [service = ''] = compose.split('\n  postgres:\n')
  const names = [...service.matchAll(/^ {6}([A-Z][A-Z0-9_]+):/gm)].map((match) => match[1] ?? '')
  assert.ok(names.includes('DATABASE_URL'))
  for (const name of names) assert.ok(name in variables, name)
  const docs = await readFile(join(context, 'docs/production.md'), 'utf8')
  for (const [, name = ''] of compose.matchAll(/\$\{(\w+):/g)) assert.ok(docs.includes(`${name}=`), name)
})

const withoutSystemd =
  spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'systemd-analyze is not installed'

test('systemd takes the unit as it is', { skip: withoutSystemd }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'upm-unit-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const unit = await readFile(join(context, 'deploy/upm.service'), 'utf8')
  const file = join(folder, 'upm.service')
  // It asks for programs that are there.
  await writeFile(file, unit.replace('/opt/upm/node_modules/node/bin/node', process.execPath))
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
})

/** What the official image of Node.js has: its user, and the program. */
async function prepareBase(folder: string): Promise<string> {
  await mkdir(join(folder, 'usr/local/bin'), { recursive: true })
  await mkdir(join(folder, 'etc'), { recursive: true })
  await mkdir(join(folder, 'home/node'), { recursive: true })
  await copyFile(process.execPath, join(folder, 'usr/local/bin/node'))
  for (const [name, line] of [
    ['passwd', `node:x:${UID}:${UID}::/home/node:/bin/sh`],
    ['group', `node:x:${UID}:`],
  ] as const) {
    const others = (await readFile(`/etc/${name}`, 'utf8')).replace(/^node:.*\n/m, '')
    await writeFile(join(folder, 'etc', name), `${others}${line}\n`)
  }
  return folder
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** The files of a stage are an overlay over the root of this machine. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = mkdtempSync(join(tmpdir(), 'upm-overlay-'))
  const script = `cd ${folder} && mkdir upper work merged &&
    mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work merged && ls merged/etc`
  const { status } = spawnSync('unshare', ['--mount', 'sh', '-c', script])
  rmSync(folder, { recursive: true, force: true })
  return status === 0
}
