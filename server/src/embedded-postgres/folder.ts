import { mkdtemp, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hasCode } from '../values.ts'

const LEFTOVER_AGE_MS = 3_600_000

/**
 * Makes the folder `target` appear complete or not at all: `fill` works in a temporary neighbour, which is then
 * renamed. When another process was faster, its folder stays and ours is dropped. Neighbours that dead processes
 * left behind are removed.
 */
export async function makeFolder(target: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const parent = await realpath(dirname(target))
  const prefix = `.${basename(target)}.new-`
  for (const name of await readdir(parent)) {
    if (
      name.startsWith(prefix) &&
      (await isLeftover(join(parent, name), Number.parseInt(name.slice(prefix.length))))
    ) {
      await rm(join(parent, name), { recursive: true, force: true })
    }
  }
  const temporary = await mkdtemp(join(parent, `${prefix}${process.pid}-`))
  try {
    await fill(temporary)
    await rename(temporary, target).catch(unlessItExists)
    await syncFolder(parent)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function isLeftover(path: string, pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return true
  }
  // In a container the same few process ids come again and again, so a living one proves little.
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > LEFTOVER_AGE_MS
}

/** A rename survives a power cut only when the folder above it was written too. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** For `catch`: lets the failure pass that means someone else was faster. */
export function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error
}
