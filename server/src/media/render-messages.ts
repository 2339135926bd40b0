import type { Crop, ImageErrorCode, RenderedAvatar } from './image-error.ts'

/** What a render may take before it is ended. */
export type RenderLimits = {
  /** Of processor time. */
  cpuMs: number
  /** Of the clock: what a machine without a free core gives may be little. */
  wallMs: number
  /** That the whole process holds, its libraries (about 100 MB) among them. */
  memoryBytes: number
}

/** The upload itself comes by the standard input, which copies less than a message does. */
export type RenderTask = { bytes: number; crop: Crop | undefined; limits: RenderLimits }

export type RenderAnswer =
  | { ready: true }
  | { rendered: RenderedAvatar }
  | { refused: { code: ImageErrorCode; params: Record<string, unknown>; cause: string } }
  | { exceeded: 'time' | 'memory' }
  /** It is our fault. */
  | { failed: string }
