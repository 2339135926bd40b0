import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { openPool } from '../database/pool.ts'
import { openDatabase } from '../database/open.ts'
import { startServer, upm, workersOf, type Server } from '../../test/process.ts'
import { replay, statePart } from '../document/history.ts'

type Document = {
  version: number
  user: { id: number; first_name: string }
  tutor_profile: { bio: string }
  avatar: { variants: Record<string, string> } | null
}

const PEOPLE = 4
const ACKNOWLEDGED_BEFORE_KILL = 60

/** What one person was told was done: the highest version, and the last value of each field at that version. */
type Acknowledged = { version: number; name: string; bio: string }

/** Patches and uploads one after the other until the server is gone. */
async function act(
  server: Server,
  token: string,
  picture: Buffer,
  seen: Acknowledged,
  onAcknowledged: () => void,
) {
  const headers = { authorization: `Bearer ${token}` }
  for (let n = 1; ; n++) {
    try {
      if (n % 5 === 0) {
        const form = new FormData()
        form.append('avatar', new Blob([new Uint8Array(picture)]), 'me.png')
        const answer = await fetch(`${server.url}/api/me/avatar/`, { method: 'POST', headers, body: form })
        assert.equal(answer.status, 201, await answer.clone().text())
        await answer.arrayBuffer()
        seen.version += 1
      } else {
        const patch = { user: { first_name: `name ${n}` }, tutor_profile: { bio: `bio ${n}` } }
        const answer = await fetch(`${server.url}/api/me/profile/`, {
          method: 'PATCH',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(patch),
        })
        assert.equal(answer.status, 200, await answer.clone().text())
        const document = (await answer.json()) as Document
        Object.assign(seen, {
          version: document.version,
          name: document.user.first_name,
          bio: document.tutor_profile.bio,
        })
      }
      onAcknowledged()
    } catch (error) {
      // fetch says so when the connection broke: whether the change was made is not known.
      if (error instanceof TypeError) return
      throw error
    }
  }
}

for (const [what, killDatabase] of [
  ['the server', false],
  ['the server and its database', true],
] as const) {
  test(
    `a SIGKILL of ${what} in the middle of patches and uploads loses nothing that was acknowledged`,
    { timeout: 120_000 },
    async (t) => {
      const directory = await mkdtemp(join(tmpdir(), 'upm-crash-'))
      const env = { DATA_DIR: directory }
      let server = await startServer(env)
      t.after(async () => {
        await server.stop()
        await rm(directory, { recursive: true, force: true })
      })
      const emails = Array.from({ length: PEOPLE }, (_, i) => `person${i}@example.com`)
      const tokens = await Promise.all(
        emails.map(async (email) => (await upm(['token', email, '--role', 'tutor'], env)).output.trim()),
      )
      const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
        .png()
        .toBuffer()
      const seen = tokens.map((): Acknowledged => ({ version: 1, name: '', bio: '' }))

      let acknowledged = 0
      const kill = async () => {
        const pid = killDatabase
          ? Number((await readFile(join(directory, 'postgres/postmaster.pid'), 'utf8')).split('\n', 1)[0])
          : 0
        const workers = workersOf(server)
        assert.ok(workers.length > 0)
        // All at once, as a machine ends: a worker that is left would answer that the database is away.
        for (const each of [Number(server.child.pid), ...workers]) process.kill(each, 'SIGKILL')
        if (pid) process.kill(pid, 'SIGKILL')
      }
      await Promise.all(
        tokens.map((token, i) =>
          act(server, token, picture, seen[i] as Acknowledged, () => {
            if (++acknowledged === ACKNOWLEDGED_BEFORE_KILL) void kill()
          }),
        ),
      )
      assert.equal(await server.ended, 'SIGKILL')
      assert.ok(acknowledged >= ACKNOWLEDGED_BEFORE_KILL)

      server = await startServer(env)
      const log = { info: () => {}, warn: () => {}, error: () => {} }
      const database = await openDatabase({ databaseUrl: undefined, dataDir: directory }, 'share', log)
      const pool = openPool(database.connection)
      try {
        for (const [i, token] of tokens.entries()) {
          const answer = await fetch(`${server.url}/api/me/profile/`, {
            headers: { authorization: `Bearer ${token}` },
          })
          const document = (await answer.json()) as Document & Record<string, unknown>
          const told = seen[i] as Acknowledged
          // At most the one change whose answer was under way is there besides what was acknowledged.
          assert.ok(
            document.version === told.version || document.version === told.version + 1,
            `${document.version} ${told.version}`,
          )
          if (document.version === told.version) {
            assert.deepEqual([document.user.first_name, document.tutor_profile.bio], [told.name, told.bio])
          }
          assert.deepEqual(await replay(pool, document.user.id), statePart(document))
          for (const url of Object.values(document.avatar?.variants ?? {})) {
            const file = await fetch(server.url + url)
            assert.equal(file.status, 200)
            assert.equal((await sharp(Buffer.from(await file.arrayBuffer())).metadata()).format, 'webp')
          }
        }
        assert.ok(seen.some(({ version }) => version > 5))
      } finally {
        await pool.end()
        await database.close()
      }
    },
  )
}
