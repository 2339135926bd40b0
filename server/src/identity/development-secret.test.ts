import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { withDevelopmentSecret } from './development-secret.ts'

const auth = { subjectClaim: 'sub', linkVerifiedEmail: false }

async function useFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'upm-secret-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'data')
}

test('processes that start at once on a new folder get one secret, which stays', async (t) => {
  const folder = await useFolder(t)
  const made = await Promise.all(Array.from({ length: 20 }, () => withDevelopmentSecret(auth, folder)))
  const later = await withDevelopmentSecret(auth, folder)
  assert.deepEqual([...new Set(made.map(({ jwtSecret }) => jwtSecret))], [later.jwtSecret])
  assert.equal(later.jwtSecret?.length, 64)
  assert.deepEqual(await readdir(folder), ['development-secret'])
  assert.equal((await stat(join(folder, 'development-secret'))).mode & 0o777, 0o600)
})

test('nothing is made where a secret or an issuer is configured', async (t) => {
  const folder = await useFolder(t)
  for (const own of [{ jwtSecret: 'own' }, { jwksUrl: 'https://id.example.com' }]) {
    assert.deepEqual(await withDevelopmentSecret({ ...auth, ...own }, folder), { ...auth, ...own })
  }
  await assert.rejects(readdir(folder))
})

test('a file that holds no secret is not taken for one', async (t) => {
  const folder = await useFolder(t)
  await withDevelopmentSecret(auth, folder)
  await writeFile(join(folder, 'development-secret'), '')
  await assert.rejects(withDevelopmentSecret(auth, folder), /development-secret.*delete it/)
})
