/** What the page of an archive, and its manifest, tell of the files in it. */
import type { Labels } from '../http/schemas.ts'
import type { Packed } from './zip.ts'

/** A file of the archive, as the page and the manifest tell of it. */
export type ArchiveFile = Packed & {
  title: Labels | undefined
  /** Undefined: it is no list. */
  rows?: number
}

/** What the page shows of a file of rows: some of them, as JSON texts in the order of the file. */
export type Shown = { file: string; rows: readonly string[]; all: number }
