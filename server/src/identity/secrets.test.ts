import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { loadConfig } from '../config/config.ts'
import { withSecrets } from './secrets.ts'

const FILES = ['development-secret', 'sign-in-secret']

async function useFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'upm-secret-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'data')
}

test('processes that start at once on a new folder get the same two secrets, which stay', async (t) => {
  const folder = await useFolder(t)
  const config = loadConfig({ DATA_DIR: folder })
  const made = await Promise.all(Array.from({ length: 20 }, () => withSecrets(config)))
  const { auth, signIn } = await withSecrets(config)
  assert.deepEqual([...new Set(made.map((one) => one.auth.jwtSecret))], [auth.jwtSecret])
  assert.deepEqual([...new Set(made.map((one) => one.signIn?.secret))], [signIn?.secret])
  assert.notEqual(auth.jwtSecret, signIn?.secret)
  for (const secret of [auth.jwtSecret, signIn?.secret]) assert.equal(secret?.length, 64)
  assert.deepEqual(await readdir(folder), FILES)
  for (const file of FILES) assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600)
})

test('nothing is made where a secret or an issuer is configured and the sign-in has a secret or is left out', async (t) => {
  const folder = await useFolder(t)
  const secret = 's'.repeat(32)
  const issuer = {
    AUTH_JWKS_URL: 'https://id.example.com',
    AUTH_ISSUER: 'https://id.example.com',
    AUTH_AUDIENCE: 'upm',
  }
  for (const outside of [{ AUTH_JWT_SECRET: secret }, issuer]) {
    for (const own of [{ AUTH_SECRET: secret }, { AUTH_BUILT_IN: 'off' }]) {
      const config = loadConfig({ DATA_DIR: folder, ...outside, ...own })
      assert.deepEqual(await withSecrets(config), config)
    }
  }
  await assert.rejects(readdir(folder))
})

for (const file of FILES) {
  test(`${file} is not taken for a secret when it holds none`, async (t) => {
    const folder = await useFolder(t)
    const config = loadConfig({ DATA_DIR: folder })
    await withSecrets(config)
    await writeFile(join(folder, file), '')
    await assert.rejects(withSecrets(config), new RegExp(`${file}.*Delete the file`))
  })
}
