import { randomUUID } from 'node:crypto'
import {
  access,
  constants,
  mkdir,
  open,
  opendir,
  realpath,
  rename,
  stat,
  statfs,
  unlink,
  type FileHandle,
} from 'node:fs/promises'
import { platform } from 'node:os'
import type { Readable } from 'node:stream'
import { dirname, join, resolve } from 'node:path'
import { guard } from './guard.ts'
import { type ByteRange, type MediaStorage, RangeNotSatisfiable, StorageError, isKey } from './storage.ts'
import { hasCode, messageOf } from '../../values.ts'

/** Others than the owner and the group have no business here. A stricter umask takes away more. */
const FILE_MODE = 0o640
const FOLDER_MODE = 0o750

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

  return guard({
    put: (key, bytes) => write(root, key, bytes),

    putStream: (key, stream) => write(root, key, stream),

    read: (key, range) => openObject(root, key, range),

    async stat(key) {
      const stats = (await isInside(root, key)) ? await stat(join(root, key)).catch(ignoreMissing) : undefined
      if (stats === undefined) await requireRoot(root)
      return stats?.isFile() ? { size: stats.size, modifiedAt: stats.mtime } : undefined
    },

    delete: (key) => remove(root, key),

    deleteStreamed: (key) => remove(root, key),

    list: (prefix) => walk(root, '', prefix),

    async check() {
      const free = await freeBytes(root).catch((error: unknown) => {
        throw failure(`The media folder ${root} cannot be used`, error)
      })
      if (free < minFreeBytes) {
        throw new StorageError(`The media folder ${root} has less than ${minFreeBytes / 2 ** 20} MiB left`)
      }
    },

    publicUrl: () => undefined,

    close: () => Promise.resolve(),

    failure(verb, key, cause) {
      if (verb === 'list') return failure(`The media folder ${root} cannot be listed`, cause)
      const done = { put: 'written to', read: 'read from', delete: 'deleted from' }[verb]
      return failure(`${key} cannot be ${done} the media folder ${root}`, cause)
    },
  })
}

async function createRoot(folder: string): Promise<string> {
  const wanted = resolve(folder)
  const firstCreated = await mkdir(wanted, { recursive: true, mode: FOLDER_MODE })
  // The root itself may be a symbolic link, say to a larger disk; below it none is followed.
  const root = await realpath(wanted)
  if (firstCreated !== undefined) await syncFolders(wanted, dirname(firstCreated))
  return root
}

/**
 * The rename makes the object appear whole; each fsync is what makes it, its name and its folders outlast a crash.
 */
async function write(root: string, key: string, content: Uint8Array | Readable): Promise<void> {
  const path = join(root, key)
  await refuseLinks(root, dirname(key))
  await requireRoot(root)
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
  const temporary = await createTemporary(path)
  try {
    await fill(temporary.file, content)
    await rename(temporary.path, path)
  } catch (error) {
    // Where this fails as well, `remove` finds it later.
    await unlink(temporary.path).catch(() => undefined)
    throw error
  }
  // Up to the root each time and not only where this call created folders: another call may have created one and not
  // have synced it yet. A folder that is clean costs next to nothing.
  await syncFolders(dirname(path), root)
}

/**
 * A file beside the object. Its name tells whose it is, so that what a crash leaves of it goes with the object. Only
 * where somebody else writes the same object just now, or has been killed doing so, it gets a name of its own.
 */
async function createTemporary(path: string) {
  const temporary = temporaryOf(path)
  try {
    return { path: temporary, file: await open(temporary, 'wx', FILE_MODE) }
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  const another = `${path}.${randomUUID()}.tmp`
  return { path: another, file: await open(another, 'wx', FILE_MODE) }
}

async function fill(handle: FileHandle, content: Uint8Array | Readable): Promise<void> {
  await using file = handle
  await file.writeFile(content)
  await file.sync()
}

function temporaryOf(path: string): string {
  return `${path}.tmp`
}

async function remove(root: string, key: string): Promise<void> {
  if (!(await isInside(root, dirname(key)))) return requireRoot(root)
  for (const path of [join(root, key), temporaryOf(join(root, key))]) {
    await unlink(path).catch(ignoreMissing)
  }
}

/** What is missing is missing for good only in a folder that is there: a disk may have been taken away. */
async function requireRoot(root: string): Promise<void> {
  if (!(await stat(root)).isDirectory()) throw new Error('it is no folder')
}

/** Writes the entries of a folder and of its parents, up to `last`, to the disk. */
async function syncFolders(folder: string, last: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its names by itself.
  if (platform() === 'win32') return
  await sync(folder, constants.O_RDONLY).catch((error: unknown) => {
    // Some network file systems have no fsync for folders. PostgreSQL goes on as well (fsync_fname_ext).
    if (!hasCode(error, 'EINVAL', 'EBADF')) throw error
  })
  if (folder !== last) await syncFolders(dirname(folder), last)
}

async function sync(path: string, flags: number): Promise<void> {
  await using handle = await open(path, flags)
  await handle.sync()
}

/** Undefined: there is nothing, or something else than a file, or a symbolic link leads to it. */
async function openObject(root: string, key: string, range?: ByteRange) {
  // The open file outlives its name: an avatar may be replaced while it is read.
  const file = (await isInside(root, key))
    ? await open(join(root, key), constants.O_RDONLY).catch(ignoreMissing)
    : undefined
  if (file === undefined) {
    await requireRoot(root)
    return undefined
  }
  try {
    const stats = await file.stat()
    if (stats.isFile()) {
      if (range !== undefined && range.start >= stats.size) throw new RangeNotSatisfiable(stats.size)
      const opened = { stream: file.createReadStream(range), size: stats.size, modifiedAt: stats.mtime }
      return range === undefined ? opened : { ...opened, range: within(range, stats.size) }
    }
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  return undefined
}

function within({ start, end }: ByteRange, size: number): ByteRange {
  return { start, end: Math.min(end, size - 1) }
}

/** Whether the path exists and no symbolic link is a part of it below the root. */
async function isInside(root: string, path: string): Promise<boolean> {
  const wanted = join(root, path)
  return (await realpath(wanted).catch(ignoreMissing)) === wanted
}

/** Throws when a symbolic link is a part of the folder below the root; what does not exist yet is fine. */
async function refuseLinks(root: string, folder: string): Promise<void> {
  const wanted = join(root, folder)
  const real = await realpath(wanted).catch(ignoreMissing)
  if (real !== undefined && real !== wanted) throw new Error(`${folder} is a symbolic link`)
  if (real === undefined && folder !== '.') await refuseLinks(root, dirname(folder))
}

/** In constant memory, whatever else is in the folder. */
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

/** A missing file, and a file or a folder where the path wants the other, are the same: there is no such object. */
function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP')) throw error
}

function failure(what: string, cause: unknown): StorageError {
  return new StorageError(`${what}: ${messageOf(cause)}`, { cause })
}
