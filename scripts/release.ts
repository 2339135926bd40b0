/**
 * Prepares a release: `npm run release`, with `-- --dry-run` to only see what it would do. The version is the one that
 * CHANGELOG.md calls "not released yet". Nothing is pushed or published: it ends with a commit and its tag.
 */
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const isDry = process.argv.includes('--dry-run')
const HEADING = /^## (\S+) \(not released yet\)$/gm

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
}

/** @throws Error that says what has to be done first. */
async function nextVersion(): Promise<string> {
  const changes = await readFile(join(root, 'CHANGELOG.md'), 'utf8')
  const [version, ...more] = [...changes.matchAll(HEADING)].map(([, name = '']) => name)
  if (version === undefined || more.length > 0)
    throw new Error('CHANGELOG.md must have exactly one heading like "## 1.2.3 (not released yet)".')
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    throw new Error(`"${version}" in CHANGELOG.md is not a version: write it like 1.2.3.`)
  if (run('git', 'status', '--porcelain') !== '')
    throw new Error('There are changes that are not committed. Commit them, or put them away with git stash.')
  if (run('git', 'tag', '--list', `v${version}`) !== '')
    throw new Error(`The tag v${version} is there already. Give CHANGELOG.md the next version.`)
  return version
}

async function date(version: string): Promise<void> {
  const path = join(root, 'CHANGELOG.md')
  const today = new Date().toISOString().slice(0, 10)
  await writeFile(path, (await readFile(path, 'utf8')).replace(HEADING, `## ${version} (${today})`))
}

/** What front ends were promised before the release is not written again. If it says something else, the command refuses. */
async function keepContract(version: string): Promise<void> {
  const [promised, now] = await Promise.all(
    [`contract/released/${version}.json`, 'contract/openapi.json'].map((path) =>
      readFile(join(root, path), 'utf8').catch(() => undefined),
    ),
  )
  if (promised === undefined || promised !== now) run('npm', 'run', '-s', 'upm', 'contract', 'release')
}

async function release(): Promise<void> {
  const version = await nextVersion()
  const workspaces = ['--workspaces', '--include-workspace-root']
  const steps: [string, () => unknown][] = [
    [
      `set the version of all packages to ${version}`,
      () =>
        run(
          'npm',
          'version',
          version,
          ...workspaces,
          '--allow-same-version',
          '--no-git-tag-version',
          '--no-workspaces-update',
        ),
    ],
    [
      'update package-lock.json',
      () =>
        run(
          'npm',
          'install',
          '--package-lock-only',
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          '--prefer-offline',
        ),
    ],
    ['write the date into CHANGELOG.md', () => date(version)],
    ['write the contract and all that is generated', () => run('npm', 'run', '-s', 'generate')],
    ['keep the contract as what front ends are promised', () => keepContract(version)],
    [
      'commit',
      () => run('git', 'add', '--all') + run('git', 'commit', '--quiet', '-m', `Release ${version}`),
    ],
    [`tag v${version}`, () => run('git', 'tag', '--annotate', `v${version}`, '-m', `UPM ${version}`)],
  ]
  for (const [name, step] of steps) {
    process.stdout.write(`${isDry ? 'would ' : ''}${name}\n`)
    if (!isDry) await step()
  }
  if (!isDry) process.stdout.write(`Nothing is published. Push it with: git push --follow-tags\n`)
}

try {
  await release()
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
