import { randomUUID } from 'node:crypto'
import {
  access,
  constants,
  mkdir,
  open,
  opendir,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  type ByteRange,
  type MediaObject,
  type MediaStorage,
  RangeNotSatisfiable,
  assertKey,
  assertPut,
  contentTypeOf,
  isKey,
} from './storage.ts'

/** `check` fails below this: the volume fills up with the next uploads, and PostgreSQL may live on it too. */
const minFreeBytes = 64 * 2 ** 20

/**
 * Keeps media in a folder, each object a file at the path that its key is. Several processes may share it.
 *
 * @param folder created where it is missing
 */
export async function openLocalStorage(folder: string): Promise<MediaStorage> {
  const root = await createRoot(folder).catch((error: unknown) => {
    throw failure(`The media folder ${folder} cannot be used`, error)
  })

  return {
    async put(key, bytes, contentType) {
      assertPut(key, contentType)
      try {
        await write(root, key, bytes)
      } catch (error) {
        throw failure(`${key} cannot be written to the media folder ${root}`, error)
      }
    },

    async read(key, range) {
      if (!isKey(key)) return undefined
      try {
        return await openObject(root, key, range)
      } catch (error) {
        if (error instanceof RangeNotSatisfiable) throw error
        throw failure(`${key} cannot be read from the media folder ${root}`, error)
      }
    },

    async delete(keys) {
      for (const key of keys) assertKey(key)
      for (const key of keys) {
        try {
          if (await isInside(root, dirname(key))) await rm(join(root, key), { force: true })
        } catch (error) {
          throw failure(`${key} cannot be deleted from the media folder ${root}`, error)
        }
      }
    },

    list: (prefix) => walk(root, '', prefix),

    async check() {
      const free = await freeBytes(root).catch((error: unknown) => {
        throw failure(`The media folder ${root} cannot be used`, error)
      })
      if (free < minFreeBytes) {
        throw new Error(`The media folder ${root} has less than ${minFreeBytes / 2 ** 20} MiB left`)
      }
    },

    publicUrl: () => undefined,

    close: () => Promise.resolve(),
  }
}

async function createRoot(folder: string): Promise<string> {
  const wanted = resolve(folder)
  const firstCreated = await mkdir(wanted, { recursive: true })
  // The root itself may be a symbolic link, say to a larger disk; below it none is followed.
  const root = await realpath(wanted)
  if (firstCreated !== undefined) await syncFolders(wanted, dirname(firstCreated))
  return root
}

/** The rename makes the object appear whole; each fsync is what makes it, its name and its folders outlast a crash. */
async function write(root: string, key: string, bytes: Uint8Array): Promise<void> {
  const path = join(root, key)
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  if (!(await isInside(root, dirname(key)))) throw new Error(`${dirname(key)} is a symbolic link`)
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, bytes, { flag: 'wx', flush: true })
    await rename(temporary, path)
  } catch (error) {
    // Where this fails as well, the sweep of orphans finds the file: `list` shows it.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  // Up to the root each time and not only where this call created folders: another call may have created one and not
  // have synced it yet. A folder that is clean costs next to nothing.
  await syncFolders(folder, root)
}

/** Writes the entries of a folder and of its parents, up to `last`, to the disk. */
async function syncFolders(folder: string, last: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its names by itself.
  if (platform() === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems have no fsync for folders. PostgreSQL goes on as well (fsync_fname_ext).
    if (!hasCode(error, ['EINVAL', 'EBADF'])) throw error
  } finally {
    await handle.close()
  }
  if (folder !== last) await syncFolders(dirname(folder), last)
}

/** Undefined: there is nothing, or something else than a file, or a symbolic link leads to it. */
async function openObject(root: string, key: string, range?: ByteRange): Promise<MediaObject | undefined> {
  if (!(await isInside(root, key))) return undefined
  // The open file outlives its name: an avatar may be replaced while it is read.
  const file = await open(join(root, key), constants.O_RDONLY).catch(ignoreMissing)
  if (file === undefined) return undefined
  try {
    const stats = await file.stat()
    if (stats.isFile()) {
      if (range !== undefined && range.start >= stats.size) throw new RangeNotSatisfiable(stats.size)
      const stream = file.createReadStream(range)
      return { stream, size: stats.size, contentType: contentTypeOf(key), modifiedAt: stats.mtime }
    }
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  return undefined
}

/** Whether the path exists and no symbolic link is a part of it below the root. */
async function isInside(root: string, path: string): Promise<boolean> {
  const wanted = join(root, path)
  return (await realpath(wanted).catch(ignoreMissing)) === wanted
}

async function* walk(
  root: string,
  folder: string,
  prefix: string,
): AsyncGenerator<{ key: string; modifiedAt: Date }> {
  const entries = await opendir(join(root, folder), { bufferSize: 256 }).catch(ignoreMissing)
  if (entries === undefined) return
  for await (const entry of entries) {
    const key = folder === '' ? entry.name : `${folder}/${entry.name}`
    // `lost+found` and the like are not ours.
    if (!isKey(key)) continue
    if (entry.isDirectory()) {
      const below = `${key}/`
      if (below.startsWith(prefix) || prefix.startsWith(below)) yield* walk(root, key, prefix)
    } else if (entry.isFile() && key.startsWith(prefix)) {
      const stats = await stat(join(root, key)).catch(ignoreMissing)
      if (stats !== undefined) yield { key, modifiedAt: stats.mtime }
    }
  }
}

async function freeBytes(root: string): Promise<number> {
  await access(root, constants.R_OK | constants.W_OK | constants.X_OK)
  const { bavail, bsize, files, ffree } = await statfs(root)
  // Some file systems have no fixed number of files and say 0 of 0.
  return files > 0 && ffree === 0 ? 0 : bavail * bsize
}

/** A missing file, and a file where the path wants a folder, are the same to a reader: there is no such object. */
function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, ['ENOENT', 'ENOTDIR', 'ELOOP'])) throw error
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')
}

function failure(what: string, cause: unknown): Error {
  return new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
