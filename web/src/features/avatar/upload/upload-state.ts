/** How far an upload is, and what its end means. Pure. */
import { ProblemError } from '@upm/client'

export type UploadState =
  | { at: 'idle' }
  /** `share` of the bytes are sent, 0 to 1. */
  | { at: 'sending'; share: number }
  /** All is sent; the server makes its sizes. */
  | { at: 'processing' }
  | { at: 'failed'; error: unknown }
  /** `isLate`: all had been sent by then, and the server may have gone on. */
  | { at: 'cancelled'; isLate: boolean }

export function afterProgress({ loaded, total }: { loaded: number; total: number }): UploadState {
  return loaded < total ? { at: 'sending', share: loaded / total } : { at: 'processing' }
}

export function isUnderWay({ at }: UploadState): boolean {
  return at === 'sending' || at === 'processing'
}

/** Whether nobody knows what the server has made of it: no answer came, or none was waited for. */
export function isOutcomeUnknown(state: UploadState): boolean {
  if (state.at === 'cancelled') return state.isLate
  return state.at === 'failed' && !(state.error instanceof ProblemError)
}

/** Problems that no second attempt with the same picture would solve. */
const FAULTS_OF_THE_PICTURE = new Set<string>([
  'file_too_large',
  'image_corrupt',
  'image_required',
  'image_too_large',
  'image_unsupported',
])

export function isPictureAtFault(error: unknown): boolean {
  return error instanceof ProblemError && FAULTS_OF_THE_PICTURE.has(error.code)
}
