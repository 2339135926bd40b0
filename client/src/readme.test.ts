import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { noise } from '../../server/test/picture.ts'
import { openServer, useServer } from '../test/server.ts'

const server = await useServer()
const example = join(import.meta.dirname, '../examples/account.ts')

test('the example of the README is examples/account.ts', async () => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  assert.ok(readme.includes(`\`\`\`ts\n${await readFile(example, 'utf8')}\`\`\``))
})

test('the example runs', async (t) => {
  const { token, email } = await server.join({ role: 'tutor' })
  const picture = await noise(400)
  const pictureUrl = await openServer(t, (_request, response) => response.end(picture))
  const { stdout } = await promisify(execFile)(process.execPath, [example], {
    env: { ...process.env, UPM_URL: server.baseUrl, UPM_TOKEN: token, UPM_PICTURE: pictureUrl },
  })
  const lines = stdout.trim().split('\n')
  assert.deepEqual(lines.slice(0, 5), [
    `Hello, ${email}: tutor`,
    'Alex, version 2',
    'This was changed meanwhile',
    'Characters at most: 120.',
    'sent',
  ])
  assert.match(lines[5] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/media\/avatars\/.*-128\.webp$/)
  assert.deepEqual(lines.slice(6), ['avatar.uploaded', 'profile.updated', 'profile.updated'])
})
