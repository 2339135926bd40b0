/** What a server that root starts is allowed: what its user is. As somebody else there is nothing to give up. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import sharp from 'sharp'
import { startServer, until, upm, type Server } from '../../test/process.ts'

const onlyRoot = process.getuid?.() === 0 ? false : 'only root has rights to give up'

/** The users of a process and of all that it has started, by their ids. */
function usersBelow(pid: number): { pid: number; uid: number; args: string }[] {
  const lines = spawnSync('ps', ['-eo', 'pid=,ppid=,uid=,args='], { encoding: 'utf8' }).stdout.split('\n')
  const all = lines.map((line) => {
    const [own, parent, uid, ...args] = line.trim().split(/\s+/)
    return { pid: Number(own), parent: Number(parent), uid: Number(uid), args: args.join(' ') }
  })
  const below = (id: number): typeof all =>
    all.filter(({ parent }) => parent === id).flatMap((one) => [one, ...below(one.pid)])
  return [...all.filter((one) => one.pid === pid), ...below(pid)]
}

async function openFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'upm-rights-'))
  await chmod(folder, 0o755)
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function upload(server: Server, env: Record<string, string>, email: string): Promise<string> {
  const token = (await upm(['token', email], env)).output.trim()
  const square = { width: 300, height: 300, channels: 3, background: '#2a6' } as const
  const png = await sharp({ create: square }).png().toBuffer()
  const form = new FormData()
  form.set('avatar', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'me.png')
  const answer = await fetch(`${server.url}/api/me/avatar/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  return ((await answer.json()) as { avatar_url: string }).avatar_url
}

test(
  'a server that root starts becomes another user, with its database, its renders and its files',
  { skip: onlyRoot },
  async (t) => {
    const env = { DATA_DIR: await openFolder(t) }
    const server = await startServer(env)
    await until(server, /now runs as the owner/)
    const picture = await upload(server, env, 'first@example.com')
    const users = usersBelow(server.child.pid ?? 0)
    assert.ok(users.some(({ args }) => args.includes('render-process')))
    assert.ok(users.some(({ args }) => args.includes('postgres')))
    assert.deepEqual(
      users.filter(({ uid }) => uid === 0),
      [],
    )
    const [{ uid } = { uid: 0 }] = users
    for (const name of ['media', 'postgres', 'development-secret', 'sign-in-secret'])
      assert.equal((await stat(join(env.DATA_DIR, name))).uid, uid, name)

    // A command of root's beside it leaves nothing that the server cannot read.
    const seeded = await upm(['seed-demo', '--users', '3', '--force'], env)
    assert.equal(seeded.code, 0, seeded.output)
    const files = await readdir(join(env.DATA_DIR, 'media', 'avatars'), {
      recursive: true,
      withFileTypes: true,
    })
    assert.ok(files.filter((file) => file.isFile()).length > 3)
    for (const { parentPath, name } of files)
      assert.equal((await stat(join(parentPath, name))).uid, uid, name)

    assert.equal(await server.stop(), 0)
    assert.match(server.output(), /Database stopped/)
    const again = await startServer(env)
    assert.equal((await fetch(new URL(picture, again.url))).status, 200)
    await upload(again, env, 'second@example.com')
    assert.equal(await again.stop(), 0)
    assert.doesNotMatch(server.output() + again.output(), /"level":[456]0/)
  },
)

test(
  'so do several processes at a port of root’s, and the one that takes a dead one’s place',
  { skip: onlyRoot },
  async (t) => {
    const env = { DATA_DIR: await openFolder(t), WORKERS: '2', PORT: '1023' }
    const server = await startServer(env)
    t.after(() => server.stop('SIGKILL'))
    await until(server, /UPM is ready/)
    const workers = () => usersBelow(server.child.pid ?? 0).filter(({ args }) => args.includes('main.ts'))
    assert.equal(workers().length, 3)
    assert.deepEqual(
      workers().filter(({ uid }) => uid === 0),
      [],
    )
    process.kill(workers()[1]?.pid ?? 0, 'SIGKILL')
    await until(server, /(?:listening at[^]*){3}/)
    assert.equal(workers().length, 3)
    assert.deepEqual(
      workers().filter(({ uid }) => uid === 0),
      [],
    )
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
    assert.equal(await server.stop(), 0)
  },
)

test(
  'where the data is closed to everybody else it stays root, says so, and decodes pictures as nobody',
  { skip: onlyRoot },
  async (t) => {
    const closed = await openFolder(t)
    await chmod(closed, 0o700)
    const env = { DATA_DIR: join(closed, 'data') }
    const server = await startServer(env)
    await until(server, /UPM keeps running as root: the user with the id \d+ cannot access everything/)
    await upload(server, env, 'first@example.com')
    const renders = usersBelow(server.child.pid ?? 0).filter(({ args }) => args.includes('render-process'))
    assert.deepEqual(
      renders.map(({ uid }) => uid),
      [65_534],
    )
    assert.equal(await server.stop(), 0)
  },
)

test(
  'a folder of data that is closed to others than root and its group does not keep it root',
  { skip: onlyRoot },
  async (t) => {
    const env = { DATA_DIR: join(await openFolder(t), 'data') }
    await mkdir(env.DATA_DIR, { mode: 0o750 })
    const server = await startServer(env)
    await until(server, /now runs as the owner/)
    await upload(server, env, 'first@example.com')
    assert.equal((await stat(env.DATA_DIR)).uid, 0)
    assert.equal((await stat(env.DATA_DIR)).mode & 0o777, 0o750)
    assert.equal(await server.stop(), 0)
  },
)

test('root gives what it has made, and nothing that a link leads to', { skip: onlyRoot }, async (t) => {
  const env: Record<string, string> = { DATA_DIR: await openFolder(t) }
  const media = join(env['DATA_DIR'] ?? '', 'media', 'avatars', 'old')
  await mkdir(media, { recursive: true })
  const elsewhere = await openFolder(t)
  await writeFile(join(media, 'mine.webp'), 'a picture')
  for (const name of ['linked', 'named twice'])
    await writeFile(join(elsewhere, name), 'a secret', { mode: 0o600 })
  await symlink(join(elsewhere, 'linked'), join(media, 'linked.webp'))
  await symlink(elsewhere, join(media, 'folder'))
  await link(join(elsewhere, 'named twice'), join(media, 'named-twice.webp'))
  const server = await startServer(env)
  await until(server, /now runs as the owner/)
  assert.notEqual((await stat(join(media, 'mine.webp'))).uid, 0)
  for (const path of [elsewhere, join(elsewhere, 'linked'), join(elsewhere, 'named twice')])
    assert.equal((await stat(path)).uid, 0, path)
  assert.equal(await readFile(join(elsewhere, 'linked'), 'utf8'), 'a secret')
  assert.equal(await server.stop(), 0)
})
