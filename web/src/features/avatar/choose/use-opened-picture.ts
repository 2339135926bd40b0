import { useEffect, useState } from 'react'
import { useSession } from '../../../session/use-session.ts'
import { closePicture, openPicture, type Picture } from './open-picture.ts'
import { RefusedPicture, type Choice, type Refusal } from './refusal.ts'

/** The cropper is heavy, and needed only when a picture is there to be cropped. */
const loadCropForm = () => import('../crop/crop-form.tsx')

type CropFormModule = Awaited<ReturnType<typeof loadCropForm>>

export type OpenedPicture =
  | { at: 'opening' }
  | { at: 'refused'; refusal: Refusal }
  | { at: 'opened'; picture: Picture; CropForm: CropFormModule['CropForm'] }

/** What has become of a choice; the picture is let go with the choice. */
export function useOpenedPicture(choice: Choice): OpenedPicture {
  const { config } = useSession()
  const [end, setEnd] = useState<{ of: Choice; opened: OpenedPicture }>()

  useEffect(() => {
    let isGone = false
    let picture: Picture | undefined
    const settle = (opened: OpenedPicture) => {
      if (!isGone) setEnd({ of: choice, opened })
    }
    const open = async () => {
      try {
        if ('refusal' in choice) throw new RefusedPicture(choice.refusal)
        picture = await openPicture(choice.file, config.avatarMaxBytes)
        const { CropForm } = await loadCropForm()
        settle({ at: 'opened', picture, CropForm })
      } catch (error) {
        // Nothing else can fail but the loading of the script.
        const refusal = error instanceof RefusedPicture ? error.refusal : { reason: 'page' as const }
        settle({ at: 'refused', refusal })
      } finally {
        if (isGone && picture) closePicture(picture)
      }
    }
    void open()
    return () => {
      isGone = true
      if (picture) closePicture(picture)
    }
  }, [choice, config.avatarMaxBytes])

  return end?.of === choice ? end.opened : { at: 'opening' }
}
