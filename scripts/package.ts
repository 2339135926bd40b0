/**
 * Makes the folder of a workspace what npm is about to pack, and makes it again what it was: `prepack` and `postpack`
 * of the server and the client, in whose folders it runs.
 *
 * In the workspace the sources themselves are imported and run. A package has what is built of them: it gets the
 * entries of `publishConfig`, which npm itself does not apply, and the files that stand for the whole project.
 */
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

type Manifest = Record<string, unknown> & { files: string[]; publishConfig?: object }

/** Of the workspace's own manifest. */
const UNPUBLISHED = new Set(['private', 'publishConfig', 'scripts', 'devDependencies'])

const root = join(import.meta.dirname, '..')
const folder = process.cwd()
const manifest = join(folder, 'package.json')
const kept = join(folder, '.package.json')

const { files, publishConfig: unapplied } = JSON.parse(await readFile(manifest, 'utf8')) as Manifest
const shared = ['LICENSE', ...files.filter((name) => name !== 'dist')]

if (process.argv[2] === 'restore') await restore()
else await prepare()

async function prepare(): Promise<void> {
  // Packing that was interrupted has left its manifest behind.
  await restore()
  const text = await readFile(manifest, 'utf8')
  const { publishConfig, ...own } = JSON.parse(text) as Manifest
  const published = Object.entries({ ...own, ...publishConfig }).filter(([name]) => !UNPUBLISHED.has(name))
  for (const name of shared) {
    await cp(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.png'),
    })
  }
  await writeFile(kept, text)
  await writeFile(manifest, `${JSON.stringify(Object.fromEntries(published), null, 2)}\n`)
}

async function restore(): Promise<void> {
  // A manifest of the workspace is newer than the one that was kept.
  if (unapplied) await rm(kept, { force: true })
  await rename(kept, manifest).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  for (const name of shared) await rm(join(folder, name), { recursive: true, force: true })
}
