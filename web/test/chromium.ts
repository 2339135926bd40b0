/**
 * The browser that journeys run in. On Linux it comes out of a package, with its fonts and, where the machine has none,
 * the libraries that it needs, so that `npm ci` is all that a machine has to be given; elsewhere it is the machine's own.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LaunchOptions } from 'playwright-core'

const run = promisify(execFile)

/** Open Sans, which the package brings, has no hryvnia, no arrows, and no sister of fixed width. */
const MORE_FONTS = new URL('ttf/', import.meta.resolve('dejavu-fonts-ttf/package.json'))
const MORE_FONT_FILES = ['DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSansMono', 'DejaVuSansMono-Bold']

/** Which executable to start, and in what environment. */
export async function findChromium(): Promise<Pick<LaunchOptions, 'executablePath' | 'channel' | 'env'>> {
  const path = process.env['CHROMIUM_PATH']
  if (path) return { executablePath: path }
  // The package has none for other platforms; there, people have a Chrome.
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' }
  const folder = join(tmpdir(), `upm-chromium-${await release()}-${process.getuid?.()}`)
  await extractChromium(folder)
  const executablePath = join(folder, 'chromium')
  // With these fonts alone a page looks the same on every machine.
  const env = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf') }
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023/lib') }
  return { executablePath, env: (await canStart(executablePath)) ? env : { ...env, ...libraries } }
}

/** Of the package, and of what is made of it here. */
async function release(): Promise<string> {
  const manifest = new URL('../../package.json', import.meta.resolve('@sparticuz/chromium'))
  const hash = createHash('sha256')
  for (const file of [manifest, import.meta.filename]) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 12)
}

/** Unpacks it once. The folder appears when it is whole, so that several test files may begin at once. */
export async function extractChromium(folder: string): Promise<void> {
  if (await isOurs(folder)) return
  const draft = await mkdtemp(`${folder}.`)
  try {
    await run(process.execPath, [join(import.meta.dirname, 'extract-chromium.ts')], {
      // It unpacks its libraries where it believes to be on AWS.
      env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    })
    for (const name of MORE_FONT_FILES) {
      await copyFile(new URL(`${name}.ttf`, MORE_FONTS), join(draft, `fonts/${name}.ttf`))
    }
    await writeFile(join(draft, 'fonts.conf'), fontsConfig(folder))
    await rename(draft, folder)
  } catch (error) {
    // Another test file was faster.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Anybody can make a folder of this name there, and what is in it is going to be run. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (found && found.uid !== process.getuid?.())
    throw new Error(`${folder} belongs to somebody else: remove it`)
  return found !== undefined
}

/** The package's own knows only the places that it has on AWS. */
function fontsConfig(folder: string): string {
  const prefer = (family: string, font: string) =>
    `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  ${prefer('monospace', 'DejaVu Sans Mono')}
  ${prefer('sans-serif', 'Open Sans')}
  ${prefer('system-ui', 'Open Sans')}
  ${prefer('serif', 'Open Sans')}
</fontconfig>
`
}

/** Whether the machine has the libraries: the loader says so before anything else happens. */
async function canStart(executablePath: string): Promise<boolean> {
  return run(executablePath, ['--version']).then(
    () => true,
    () => false,
  )
}
