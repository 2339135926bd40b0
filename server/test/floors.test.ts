/** The floors of oxlint.config.ts are held: an import that goes up, or into what another feature keeps to itself, is refused. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { pageFloors, serverFloors } from '../../oxlint.config.ts'

const root = join(import.meta.dirname, '../..')

async function lintPlanted(t: TestContext, path: string, source: string): Promise<string> {
  const file = join(root, path)
  await writeFile(file, source)
  t.after(() => rm(file, { force: true }))
  const oxlint = join(root, 'node_modules/.bin/oxlint')
  try {
    await promisify(execFile)(process.execPath, [oxlint, '--deny-warnings', path], { cwd: root })
    return ''
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

const planted: [what: string, path: string, source: string, refusal: RegExp][] = [
  [
    'a lower floor of the server that looks up',
    'server/src/http/planted.ts',
    "export type { ProfileDocument } from '../document/present.ts'\n",
    /same floor or above/,
  ],
  [
    'two features of one floor',
    'server/src/activity/planted.ts',
    "export type { Avatars } from '../media/avatar.ts'\n",
    /same floor or above/,
  ],
  [
    'the SQL of another feature',
    'server/src/directory/planted.ts',
    "export { findDocument } from '../document/queries.ts'\n",
    /reached through its verbs/,
  ],
  [
    'a component that knows a feature',
    'web/src/components/planted.ts',
    "export { texts } from '../features/profile/texts.ts'\n",
    /same floor or above/,
  ],
  [
    'a feature of the page that knows another',
    'web/src/features/settings/planted.ts',
    "export { texts } from '../profile/texts.ts'\n",
    /same floor or above/,
  ],
  [
    'a page that knows the server',
    'web/src/planted.ts',
    "export { errors } from '../../server/src/errors.ts'\n",
    /by the contract alone/,
  ],
]

for (const [what, path, source, refusal] of planted) {
  test(`refused: ${what}`, async (t) => assert.match(await lintPlanted(t, path, source), refusal))
}

test('an import that goes down is none of it', async (t) => {
  const source = "export type { Log } from '../logger.ts'\n"
  assert.equal(await lintPlanted(t, 'server/src/http/planted-down.ts', source), '')
})

/** Above all floors: what puts the floors together. */
const TOP = ['cli', 'features']

for (const [base, floors] of [
  ['server/src', serverFloors],
  ['web/src', pageFloors],
] as const) {
  test(`every folder of ${base} stands on a floor`, async () => {
    const known = new Set([...TOP, ...floors.flat()])
    const entries = await readdir(join(root, base), { withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    assert.deepEqual(
      folders.filter((name) => !known.has(name)),
      [],
    )
  })

  // The linter looks at import statements alone.
  test(`what is loaded later in ${base} stands below, too`, async () => {
    const height = (file: string) =>
      floors.findIndex((floor) => floor.some((name) => file === `${name}.ts` || file.startsWith(`${name}/`)))
    const entries = await readdir(join(root, base), { recursive: true, withFileTypes: true })
    const upward: string[] = []
    for (const { name, parentPath } of entries) {
      if (!/\.tsx?$/.test(name) || /\.test\.tsx?$/.test(name)) continue
      const path = join(parentPath, name)
      const own = relative(join(root, base), path).replaceAll(sep, '/')
      for (const [, specifier = ''] of (await readFile(path, 'utf8')).matchAll(/import\(\s*'(\.[^']+)'/g)) {
        const target = relative(join(root, base), join(dirname(path), specifier)).replaceAll(sep, '/')
        const isOwn = dirname(target).split('/')[0] === dirname(own).split('/')[0]
        if (height(own) >= 0 && !isOwn && height(target) >= height(own)) upward.push(`${own} → ${target}`)
      }
    }
    assert.deepEqual(upward, [])
  })
}
