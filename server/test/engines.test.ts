/** `npm ci` has nothing to warn of on the Nodes that README.md names. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import semver from 'semver'

type Package = { engines?: { node?: string } | string[]; deprecated?: string; os?: string[]; dev?: boolean }

const root = join(import.meta.dirname, '../..')
const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Package>
}

test('no package asks for another Node.js, and none is deprecated', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const [, oldest = ''] = /You need Node\.js ([\d.]+) or newer, npm and git/.exec(readme) ?? []
  assert.equal(oldest, '22.13')
  // The oldest, and releases of all lines since.
  const nodes = ['22.13.0', '22.23.3', '23.11.1', '24.0.0', '24.21.0', '25.0.0', '26.0.0']
  const faults = Object.entries(packages).flatMap(([name, { engines, deprecated, os }]) => {
    // npm passes over what is for other systems.
    if (os && !os.includes(process.platform)) return []
    const asked = Array.isArray(engines) ? '*' : (engines?.node ?? '*')
    const refused = nodes.filter((node) => !semver.satisfies(node, asked))
    return [
      ...(refused.length > 0 ? [`${name} asks for Node.js ${asked}, not ${refused.join(', ')}`] : []),
      ...(deprecated === undefined ? [] : [`${name} is deprecated: ${deprecated}`]),
    ]
  })
  assert.deepEqual(faults, [])
})

test('a package that only the page is built of is not installed for production', () => {
  const production = Object.entries(packages).filter(([, { dev }]) => dev !== true)
  for (const [name] of production)
    // Better Auth has React as an optional peer, and npm keeps one that is there.
    assert.doesNotMatch(name, /node_modules\/(?:react-(?!dom$)|vite|@mantine|recharts|lucide-react)/)
})
