/** Why a file is not taken, before anything is sent. Pure. */
import { isPicture, type FileKind } from './picture-format.ts'

export type Refusal =
  | { reason: 'several' }
  | { reason: 'unreadable' }
  | { reason: 'empty' }
  | { reason: 'svg' }
  | { reason: 'heic' }
  | { reason: 'format' }
  | { reason: 'damaged' }
  | { reason: 'large'; bytes: number; maxBytes: number }
  /** It is not the file's fault: a part of this page did not come. */
  | { reason: 'page' }

/** Thrown where opening a file ends. */
export class RefusedPicture extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal, cause?: unknown) {
    super(refusal.reason, { cause })
    this.name = 'RefusedPicture'
    this.refusal = refusal
  }
}

/** What somebody has picked, dropped or pasted. */
export type Choice = { file: File } | { refusal: Refusal }

export function choiceOf(files: readonly File[]): Choice | undefined {
  const [file, second] = files
  if (second) return { refusal: { reason: 'several' } }
  return file && { file }
}

/** What can be known of a file by its size and its first bytes. The wrong format comes first: converting changes the size. */
export function judge(kind: FileKind, bytes: number, maxBytes: number): Refusal | undefined {
  if (bytes === 0) return { reason: 'empty' }
  if (kind.format === 'svg' || kind.format === 'heic') return { reason: kind.format }
  if (!isPicture(kind.format)) return { reason: 'format' }
  if (bytes > maxBytes) return { reason: 'large', bytes, maxBytes }
  return undefined
}
