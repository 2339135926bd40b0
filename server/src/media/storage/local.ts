import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, open, opendir, realpath, rename, statfs } from 'node:fs/promises'
import { platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { FSDriver } from 'flydrive/drivers/fs'
import { guard } from './guard.ts'
import {
  type ByteRange,
  type MediaObject,
  type MediaStorage,
  RangeNotSatisfiable,
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
  const files = new FSDriver({ location: root, visibility: 'private' })

  return guard({
    put: (key, bytes) => write(files, root, key, bytes),

    read: (key, range) => openObject(root, key, range),

    async delete(key) {
      if (await isInside(root, dirname(key))) await files.delete(key).catch(ignoreMissing)
    },

    list: (prefix) => walk(files, root, '', prefix),

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

    failure(verb, key, cause) {
      if (verb === 'list') return failure(`The media folder ${root} cannot be listed`, cause)
      const done = { put: 'written to', read: 'read from', delete: 'deleted from' }[verb]
      return failure(`${key} cannot be ${done} the media folder ${root}`, cause)
    },
  })
}

async function createRoot(folder: string): Promise<string> {
  const wanted = resolve(folder)
  const firstCreated = await mkdir(wanted, { recursive: true })
  // The root itself may be a symbolic link, say to a larger disk; below it none is followed.
  const root = await realpath(wanted)
  if (firstCreated !== undefined) await syncFolders(wanted, dirname(firstCreated))
  return root
}

/**
 * The rename makes the object appear whole; each fsync is what makes it, its name and its folders outlast a crash.
 * FlyDrive's `move` cannot stand in for the rename: it copies onto the old object, which a reader would see half
 * written and a crash would leave so.
 */
async function write(files: FSDriver, root: string, key: string, bytes: Uint8Array): Promise<void> {
  const path = join(root, key)
  const temporary = `${key}.${randomUUID()}.tmp`
  await refuseLinks(root, dirname(key))
  try {
    await files.put(temporary, bytes)
    // FlyDrive has closed the file by now. Linux tells whoever opens it next that writing it back has failed.
    await sync(join(root, temporary), constants.O_RDWR)
    await rename(join(root, temporary), path)
  } catch (error) {
    // Where this fails as well, the sweep of orphans finds the file: `list` shows it.
    await files.delete(temporary).catch(() => undefined)
    throw error
  }
  // Up to the root each time and not only where this call created folders: another call may have created one and not
  // have synced it yet. A folder that is clean costs next to nothing.
  await syncFolders(dirname(path), root)
}

/** Writes the entries of a folder and of its parents, up to `last`, to the disk. */
async function syncFolders(folder: string, last: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its names by itself.
  if (platform() === 'win32') return
  await sync(folder, constants.O_RDONLY).catch((error: unknown) => {
    // Some network file systems have no fsync for folders. PostgreSQL goes on as well (fsync_fname_ext).
    if (!hasCode(error, ['EINVAL', 'EBADF'])) throw error
  })
  if (folder !== last) await syncFolders(dirname(folder), last)
}

async function sync(path: string, flags: number): Promise<void> {
  await using handle = await open(path, flags)
  await handle.sync()
}

/**
 * Undefined: there is nothing, or something else than a file, or a symbolic link leads to it.
 *
 * Not by FlyDrive's `getMetaData` and `getStream`: each opens the path anew, so that the size of one object could come
 * with the bytes of another, and neither knows ranges.
 */
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

/** Throws when a symbolic link is a part of the folder below the root; what does not exist yet is fine. */
async function refuseLinks(root: string, folder: string): Promise<void> {
  const wanted = join(root, folder)
  const real = await realpath(wanted).catch(ignoreMissing)
  if (real !== undefined && real !== wanted) throw new Error(`${folder} is a symbolic link`)
  if (real === undefined && folder !== '.') await refuseLinks(root, dirname(folder))
}

/**
 * Not FlyDrive's `listAll`: it holds all entries in memory, and throws at the first name that is none of its own keys
 * (https://github.com/flydrive-js/core/issues/9) or renames it.
 */
async function* walk(
  files: FSDriver,
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
      if (below.startsWith(prefix) || prefix.startsWith(below)) yield* walk(files, root, key, prefix)
    } else if (entry.isFile() && key.startsWith(prefix)) {
      const metadata = await files.getMetaData(key).catch(ignoreMissing)
      if (metadata !== undefined) yield { key, modifiedAt: metadata.lastModified }
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
  if (!hasCode(error, ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'])) throw error
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')
}

function failure(what: string, cause: unknown): Error {
  return new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
