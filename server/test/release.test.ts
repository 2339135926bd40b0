import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const execute = promisify(execFile)

test('a release is one commit and its tag, with one version everywhere; a dry run changes nothing', async (t) => {
  const clone = await mkdtemp(join(tmpdir(), 'upm-release-'))
  t.after(() => rm(clone, { recursive: true, force: true }))
  const person = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  }
  const env = { ...process.env, ...person }
  const run = async (command: string, ...args: string[]) =>
    (await execute(command, args, { cwd: clone, env, maxBuffer: 1e8 })).stdout.trim()
  const read = (path: string) => readFile(join(clone, path), 'utf8')
  const release = (...args: string[]) => run(process.execPath, 'scripts/release.ts', ...args)
  await execute('git', ['clone', '--quiet', '--no-hardlinks', root, clone])
  for (const folder of ['', 'server', 'client', 'web']) {
    const modules = join(folder, 'node_modules')
    if (existsSync(join(root, modules))) await symlink(join(root, modules), join(clone, modules))
  }
  await writeFile(join(clone, '.git/info/exclude'), 'node_modules\n')
  await cp(join(root, 'scripts/release.ts'), join(clone, 'scripts/release.ts'))

  const changes = await read('CHANGELOG.md')
  await writeFile(
    join(clone, 'CHANGELOG.md'),
    changes.replace(/^## \S+ \(not released yet\)$/m, '## 9.8.7 (not released yet)'),
  )
  await assert.rejects(release(), /changes that are not committed/)
  await run('git', 'commit', '--quiet', '--all', '-m', 'Prepare')
  const before = await run('git', 'rev-parse', 'HEAD')
  assert.match(await release('--dry-run'), /would set the version of all packages to 9\.8\.7/)
  assert.equal(await run('git', 'rev-parse', 'HEAD'), before)
  assert.equal(await run('git', 'status', '--porcelain'), '')

  assert.match(await release(), /Nothing is published/)
  assert.equal(await run('git', 'status', '--porcelain'), '')
  assert.equal(await run('git', 'rev-parse', 'v9.8.7^{commit}'), await run('git', 'rev-parse', 'HEAD'))
  assert.equal(await run('git', 'rev-parse', 'HEAD~1'), before)
  const versionOf = async (path: string) => (JSON.parse(await read(path)) as { version: string }).version
  for (const folder of ['.', 'server', 'client', 'web'])
    assert.equal(await versionOf(join(folder, 'package.json')), '9.8.7')
  const lock = JSON.parse(await read('package-lock.json')) as {
    packages: Record<string, { version: string }>
  }
  for (const folder of ['', 'server', 'client', 'web']) assert.equal(lock.packages[folder]?.version, '9.8.7')
  for (const contract of ['contract/openapi.json', 'contract/released/9.8.7.json'])
    assert.match(await read(contract), /"version": "9\.8\.7"/)
  assert.match(await read('CHANGELOG.md'), /^## 9\.8\.7 \(\d{4}-\d\d-\d\d\)$/m)
  const packed = await run(
    'npm',
    'pack',
    '--dry-run',
    '--ignore-scripts',
    '--json',
    '-w',
    'server',
    '-w',
    'client',
  )
  assert.equal(packed.match(/-9\.8\.7\.tgz/g)?.length, 2)

  await assert.rejects(release(), /exactly one heading/)
})
