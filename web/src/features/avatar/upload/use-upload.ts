import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useClient } from '../../../session/use-session.ts'
import type { Crop } from '../crop/crop.ts'
import { drawPreview } from '../crop/draw.ts'
import { keepPreview } from '../../../components/avatar/local-preview.ts'
import type { Picture } from '../choose/open-picture.ts'
import { readAgain, showAvatar } from '../profile-cache.ts'
import { afterProgress, isOutcomeUnknown, isUnderWay, type UploadState } from './upload-state.ts'
import { useRemovalRun } from '../remove/use-removal.tsx'

export type Upload = ReturnType<typeof useUpload>

/** How long the server may still be busy with a picture of which nobody waits for the answer. */
const LATE_MS = 3_000

/** Sends a picture in the place of the present one. It is cancelled when its screen goes. */
export function useUpload(onDone: () => void) {
  const client = useClient()
  const queries = useQueryClient()
  const removal = useRemovalRun()
  const [state, setState] = useState<UploadState>({ at: 'idle' })
  const latest = useRef(state)
  const controller = useRef<AbortController>(undefined)
  useEffect(() => () => controller.current?.abort(), [])

  function become(next: UploadState): void {
    latest.current = next
    setState(next)
  }

  async function send(picture: Picture, crop: Crop, signal: AbortSignal): Promise<void> {
    // One that is being removed has to be gone first, or the new one would be removed in its place.
    await removal.settled()
    const preview = drawPreview(picture.url, picture, crop)
    const { data } = await client.avatar.upload(picture.file, {
      crop,
      signal,
      onProgress: (progress) => become(afterProgress(progress)),
    })
    const blob = await preview
    if (blob) keepPreview(data.avatar.url, blob)
    await showAvatar(queries, client, data.avatar)
    // What waited to be removed has been replaced.
    removal.tell({ type: 'undo' })
  }

  async function start(picture: Picture, crop: Crop): Promise<void> {
    const { signal } = (controller.current = new AbortController())
    become({ at: 'sending', share: 0 })
    removal.tell({ type: 'hold', hold: 'uploading' })
    try {
      await send(picture, crop, signal)
      become({ at: 'idle' })
      onDone()
    } catch (error) {
      const isLate = latest.current.at === 'processing'
      become(signal.aborted ? { at: 'cancelled', isLate } : { at: 'failed', error })
      if (isOutcomeUnknown(latest.current)) {
        readAgain(queries, client)
        setTimeout(() => readAgain(queries, client), LATE_MS)
      }
    } finally {
      removal.tell({ type: 'release', hold: 'uploading' })
    }
  }

  return {
    state,
    isUnderWay: isUnderWay(state),
    start: (picture: Picture, crop: Crop) => void start(picture, crop),
    cancel: () => controller.current?.abort(),
    /** Before another picture. */
    forget: () => become({ at: 'idle' }),
  }
}
