import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { buildPage, type Sources } from './build.ts'

/** A small page whose script is this. */
async function useSources(t: TestContext, script: string): Promise<Sources & { write: Write }> {
  const folder = await mkdtemp(join(tmpdir(), 'upm-build-'))
  t.after(() => rm(folder, { recursive: true }))
  const write: Write = async (name, content) => {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  await write('index.html', '<!doctype html><title>x</title><script type="module" src="./main.ts"></script>')
  await write('main.ts', script)
  await write('besides/lock.json', '{}')
  return { folder, besides: [join(folder, 'besides/lock.json')], write }
}

type Write = (name: string, content: string) => Promise<void>

/** The scripts of the build, by name. */
async function builtScripts({ folder }: Sources): Promise<string[]> {
  const names = await readdir(join(folder, 'dist/assets'))
  return names.filter((name) => name.endsWith('.js'))
}

/** Text that no compression makes much smaller. */
function noise(characters: number): string {
  let state = 1
  const next = () => (state = (state * 48_271) % 2_147_483_647)
  return Array.from({ length: characters }, () => (next() % 36).toString(36)).join('')
}

test('a page is built once, and again when anything has changed that the build reads', async (t) => {
  const sources = await useSources(t, 'document.title = "one"')
  const build = async () => !(await buildPage(sources)).isOld
  assert.equal(await build(), true)
  assert.equal(await build(), false)
  for (const name of ['main.test.ts', 'test/x.ts', 'journeys/x.test.ts', '.hidden']) {
    await sources.write(name, 'text')
    assert.equal(await build(), false, name)
  }
  await sources.write('main.ts', 'document.title = "two"')
  assert.equal(await build(), true)
  await sources.write('public/icon.svg', '<svg/>')
  assert.equal(await build(), true)
  await sources.write('besides/lock.json', '{"version":2}')
  assert.equal(await build(), true)
  await rm(join(sources.folder, 'dist/build.json'))
  assert.equal(await build(), true)
  assert.equal(await build(), false)
  assert.equal((await builtScripts(sources)).length, 1, 'and nothing of older builds stays')
})

test('what can be made smaller has a smaller companion for each encoding, with the same content', async (t) => {
  const sources = await useSources(t, `document.title = "${'again '.repeat(100)}"`)
  await sources.write('public/tiny.txt', 'x')
  await buildPage(sources)
  const [script = ''] = await builtScripts(sources)
  const path = join(sources.folder, 'dist/assets', script)
  const content = await readFile(path)
  for (const [ending, unpack] of [
    ['.br', brotliDecompressSync],
    ['.gz', gunzipSync],
  ] as const) {
    const packed = await readFile(path + ending)
    assert.ok(packed.length < content.length / 2)
    assert.deepEqual(unpack(packed), content)
  }
  const names = await readdir(join(sources.folder, 'dist'))
  assert.deepEqual(
    names.filter((name) => name.startsWith('tiny')),
    ['tiny.txt'],
  )
})

test('a build can be read by another user than the one who made it', async (t) => {
  const sources = await useSources(t, 'document.title = "x"')
  await buildPage(sources)
  const { mode } = await stat(join(sources.folder, 'dist'))
  assert.equal(mode & 0o777, 0o777 & ~process.umask())
})

test('builds at once leave one whole build, and nothing else', async (t) => {
  const sources = await useSources(t, 'document.title = "x"')
  for (let round = 0; round < 3; round++) {
    await sources.write('main.ts', `document.title = "${round}"`)
    await Promise.all([1, 2, 3, 4].map(() => buildPage(sources)))
    assert.equal((await buildPage(sources)).isOld, true)
    assert.equal((await builtScripts(sources)).length, 1)
    assert.deepEqual((await readdir(sources.folder)).sort(), ['besides', 'dist', 'index.html', 'main.ts'])
  }
})

test('a failure is one line that says where, and leaves what was built before', async (t) => {
  const sources = await useSources(t, 'document.title = "good"')
  await buildPage(sources)
  for (const [script, message] of [
    ['const a = ;', /^\S*main\.ts:1:11: Unexpected token$/],
    ['import "./nothing.ts"', /^\S*main\.ts:1:8: Could not resolve '\.\/nothing\.ts' in \S*main\.ts$/],
    ['import "no-such-package"', /^.*failed to resolve import "no-such-package".*$/],
  ] as const) {
    await sources.write('main.ts', script)
    await assert.rejects(buildPage(sources), { message })
    assert.equal((await builtScripts(sources)).length, 1)
    assert.deepEqual((await readdir(sources.folder)).sort(), ['besides', 'dist', 'index.html', 'main.ts'])
  }
  await sources.write('main.ts', 'document.title = "good"')
  assert.equal((await buildPage(sources)).isOld, true)
})

test('a screen that has grown too large is refused: with what it loads at once, without what it loads later', async (t) => {
  const sources = await useSources(
    t,
    'import { routes } from "./src/app.tsx"; setTimeout(() => routes[0].lazy())',
  )
  await sources.write(
    'src/app.tsx',
    `const loadPart = <T,>(load: () => T) => load
     export const routes = [{ path: '/one', lazy: loadPart(() => import('./screen.ts')) }]`,
  )
  await sources.write('src/heavy.ts', `export const text = "${noise(20_000)}"`)
  await sources.write(
    'src/screen.ts',
    'setTimeout(async () => { document.title = (await import("./heavy.ts")).text })',
  )
  const budgets = { '/one': { files: 2, bytes: 5000 } }
  const { screens } = await buildPage(sources, budgets)
  assert.deepEqual(Object.keys(screens), ['', '/one'])
  assert.deepEqual(screens['']?.files, [])
  const [file = '', ...more] = screens['/one']?.files ?? []
  assert.match(file, /^assets\/[\w-]+\.js$/)
  assert.deepEqual([more.length, screens['/one']?.cost.files], [0, 2])
  await stat(join(sources.folder, 'dist', file))
  // The server reads it.
  const stamp = JSON.parse(await readFile(join(sources.folder, 'dist/build.json'), 'utf8')) as {
    screens: unknown
  }
  assert.deepEqual(stamp.screens, screens)

  const message =
    /^the screen at \/one loads \d\d\.\d kB in 2 files, and may load 5\.0 kB in 2 files\. Load with import\(\)/
  await sources.write('src/screen.ts', 'import { text } from "./heavy.ts"; document.title = text')
  await assert.rejects(buildPage(sources, budgets), { message })
  await sources.write(
    'main.ts',
    'import "./src/screen.ts"; import { routes } from "./src/app.tsx"; routes[0].lazy()',
  )
  await assert.rejects(buildPage(sources, budgets), { message: /^the screen at \/one loads \d\d\.\d kB/ })
  await assert.rejects(buildPage(sources, { '/two': { files: 1, bytes: 1 } }), {
    message: /no screen at \/two/,
  })
})

test('where the development packages are missing, a start goes on with the page that is there, or without one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'upm-build-'))
  t.after(() => rm(folder, { recursive: true }))
  const script = join(folder, 'scripts/build.ts')
  await mkdir(join(folder, 'scripts'))
  await mkdir(join(folder, 'dist'))
  await copyFile(join(import.meta.dirname, 'build.ts'), script)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const start = () => execFileSync(process.execPath, [script, '--if-possible'], { encoding: 'utf8' })

  assert.match(start(), /There is none yet, so the server has only the API/)
  await writeFile(join(folder, 'dist/build.json'), '{}')
  assert.match(start(), /The server has the page that was built before/)
})
