import { Button, FileButton } from '@mantine/core'
import { Camera, ImageUp, Trash2, Undo2 } from 'lucide-react'
import { useEffect, useRef, type Ref, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { Choice } from './refusal.ts'
import type { OwnRemoval } from '../remove/use-own-removal.ts'
import { REMOVAL_TOAST } from '../remove/use-removal.tsx'
import classes from '../own-photo.module.css'
import { ACCEPTED_TYPES } from './picture-format.ts'

const ACCEPTED = ACCEPTED_TYPES.join(',')

type PhotoButtonsProps = {
  uploadRef: RefObject<HTMLButtonElement | null>
  hasPhoto: boolean
  removal: OwnRemoval
  onChoice: (choice: Choice) => void
}

export function PhotoButtons({ uploadRef, hasPhoto, removal, onChoice }: PhotoButtonsProps) {
  const remove = useRef<HTMLButtonElement>(null)
  useFocusKept(removal.canUndo, () => remove.current ?? uploadRef.current)
  return (
    <div className={classes.buttons}>
      <PickButton ref={uploadRef} hasPhoto={hasPhoto} onChoice={onChoice} />
      <TakePhotoButton onChoice={onChoice} />
      {(hasPhoto || removal.canUndo) && <RemoveButton ref={remove} removal={removal} />}
    </div>
  )
}

type PickButtonProps = {
  ref: Ref<HTMLButtonElement>
  hasPhoto: boolean
  onChoice: (choice: Choice) => void
}

function PickButton({ ref, hasPhoto, onChoice }: PickButtonProps) {
  const { t } = useTranslation('avatar')
  const reset = useRef<() => void>(null)
  return (
    <FileButton accept={ACCEPTED} resetRef={reset} onChange={(file) => take(file, reset, onChoice)}>
      {(props) => (
        <Button
          {...props}
          // Where the steps of a new profile lead (features/profile).
          id="photo"
          ref={ref}
          classNames={{ root: classes.button, label: classes.label }}
          variant="default"
          leftSection={<ImageUp size={18} aria-hidden />}
        >
          {hasPhoto ? t('change') : t('upload')}
        </Button>
      )}
    </FileButton>
  )
}

/** The next file may well have the same name, and would be no change. */
function take(
  file: File | null,
  reset: RefObject<(() => void) | null>,
  onChoice: (choice: Choice) => void,
): void {
  if (!file) return
  reset.current?.()
  onChoice({ file })
}

/** Some phones offer nothing but their albums where a picture is asked for. */
function TakePhotoButton({ onChoice }: { onChoice: (choice: Choice) => void }) {
  const { t } = useTranslation('avatar')
  const reset = useRef<() => void>(null)
  return (
    <FileButton
      accept="image/*"
      capture="user"
      resetRef={reset}
      onChange={(file) => take(file, reset, onChoice)}
    >
      {(props) => (
        <Button
          {...props}
          classNames={{ root: `${classes.button} ${classes.takePhoto}`, label: classes.label }}
          variant="default"
          leftSection={<Camera size={18} aria-hidden />}
        >
          {t('takePhoto')}
        </Button>
      )}
    </FileButton>
  )
}

/** One button, so that whoever has pressed it is still there when they want it undone. */
function RemoveButton({ removal, ref }: { removal: OwnRemoval; ref: Ref<HTMLButtonElement> }) {
  const { t } = useTranslation('avatar')
  const Icon = removal.canUndo ? Undo2 : Trash2
  return (
    <Button
      ref={ref}
      classNames={{ root: classes.button, label: classes.label }}
      variant={removal.canUndo ? 'default' : 'subtle'}
      color="red"
      leftSection={<Icon size={18} aria-hidden />}
      onClick={removal.canUndo ? removal.undo : removal.remove}
    >
      {removal.canUndo ? t('undo') : t('remove')}
    </Button>
  )
}

/** When there is nothing left to undo, the keyboard does not go with the button or the toast. */
function useFocusKept(canUndo: boolean, next: () => HTMLElement | null): void {
  const couldUndo = useRef(canUndo)
  useEffect(() => {
    const active = document.activeElement
    const isLost = active === document.body || active?.closest(`#${REMOVAL_TOAST}`) != null
    if (couldUndo.current && !canUndo && isLost) next()?.focus()
    couldUndo.current = canUndo
  })
}
