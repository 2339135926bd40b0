import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { noise } from '../../server/test/picture.ts'
import { SIGN_IN_ENV } from '../../server/test/visitor.ts'
import { openServer, useServer } from '../test/server.ts'

const server = await useServer({ env: SIGN_IN_ENV })
const example = (name: string) => join(import.meta.dirname, '../examples', name)

for (const name of ['account.ts', 'sign-in.ts']) {
  test(`examples/${name} stands in the README`, async () => {
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
    assert.ok(readme.includes(`\`\`\`ts\n${await readFile(example(name), 'utf8')}\`\`\``))
  })
}

async function run(name: string, env: Record<string, string>): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [example(name)], {
    env: { ...process.env, UPM_URL: server.baseUrl, ...env },
  })
  return stdout.trim().split('\n')
}

test('signing in works as the README shows it', async () => {
  assert.deepEqual(await run('sign-in.ts', { UPM_EMAIL: 'readme@example.com' }), [
    'The e-mail or the password is incorrect',
    'Hello, Alex: tutor',
    'here, with node',
    'undefined',
  ])
})

test('the example of an account runs', async (t) => {
  const { token, email } = await server.join({ role: 'tutor' })
  const picture = await noise(400)
  const pictureUrl = await openServer(t, (_request, response) => response.end(picture))
  const lines = await run('account.ts', { UPM_TOKEN: token, UPM_PICTURE: pictureUrl })
  assert.deepEqual(lines.slice(0, 5), [
    `Hello, ${email}: tutor`,
    'Alex, version 2',
    'The data has changed in the meantime',
    'At most 120 characters.',
    'sent',
  ])
  assert.match(lines[5] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/media\/avatars\/.*-128\.webp$/)
  assert.deepEqual(lines.slice(6), ['avatar.uploaded', 'profile.updated', 'profile.updated'])
})
