import { Text, VisuallyHidden } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Avatar } from '@upm/client'
import { Camera } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AvatarImage } from '../../components/avatar/avatar-image.tsx'
import type { PersonName } from '../../components/avatar/initials.ts'
import { Part } from '../../components/part.tsx'
import { showToast } from '../../components/toast.ts'
import { addTexts } from '../../i18n/i18n.ts'
import type { ProfileAnswer } from '../../session/queries.ts'
import { useFormat } from '../../session/use-format.ts'
import { useSession } from '../../session/use-session.ts'
import { PhotoButtons } from './choose/photo-buttons.tsx'
import type { Choice } from './choose/refusal.ts'
import { useMouse } from './choose/use-mouse.ts'
import { usePaste } from './choose/use-paste.ts'
import classes from './own-photo.module.css'
import { useOwnRemoval } from './remove/use-own-removal.ts'
import { texts } from './texts.ts'

addTexts('avatar', texts)

const UPLOADED_TOAST = 'avatar-uploaded'

const loadDropzone = () => import('./choose/photo-dropzone.tsx')
const loadDialog = () => import('./photo-dialog.tsx')

type OwnPhotoProps = {
  profile: Pick<ProfileAnswer['data'], 'avatar' | 'user'>
  /** CSS pixels of the picture's side. */
  side?: number
  /** What stands beside the picture. */
  children?: ReactNode
}

/**
 * One's own picture: chosen, dropped or pasted, cropped, sent, removed and brought back. All that takes room is there at
 * once. The scripts of the dialog and of dropping files come later; should they fail, the screen stays, and so does what
 * was typed there.
 */
export function OwnPhoto({ profile: { avatar, user }, side = 88, children }: OwnPhotoProps) {
  const { t } = useTranslation('avatar')
  const [choice, setChoice] = useState<Choice>()
  const [isOpen, setOpen] = useState(false)
  const [spoken, say] = useState('')
  const upload = useRef<HTMLButtonElement>(null)
  const pick = () => upload.current?.click()
  const hasMouse = useMouse()
  const removal = useOwnRemoval(avatar, isOpen, say)
  const shown = removal.isHidden ? null : avatar

  function choose(next: Choice): void {
    setChoice(next)
    setOpen(true)
    // A screen reader announces a live region only when its text changes, so it is cleared for the next message.
    say('')
  }
  usePaste((file) => choose({ file }))

  useEffect(() => {
    // The message "photo updated" is outdated, or covers the dialog.
    if (isOpen || removal.isHidden) notifications.hide(UPLOADED_TOAST)
  }, [isOpen, removal.isHidden])

  function finish(): void {
    setOpen(false)
    say(t('uploaded'))
    showToast({
      id: UPLOADED_TOAST,
      color: 'teal',
      message: t('uploaded'),
      role: 'status',
      'aria-live': 'off',
    })
  }

  return (
    <>
      <div className={classes.photo}>
        <div className={classes.row}>
          <PictureButton avatar={shown} name={user} side={side} onPick={pick} />
          {children !== undefined && <div className={classes.beside}>{children}</div>}
        </div>
        <PhotoButtons uploadRef={upload} hasPhoto={shown !== null} removal={removal} onChoice={choose} />
        <Hint />
      </div>
      <VisuallyHidden role="status">{spoken}</VisuallyHidden>
      {hasMouse && <Part load={loadDropzone} props={{ onChoice: choose }} />}
      {choice && (
        <Part
          load={loadDialog}
          props={{
            isOpen,
            choice,
            onClose: () => setOpen(false),
            onClosed: () => {
              setChoice(undefined)
              // What was dropped or pasted left the keyboard nowhere.
              if (document.activeElement === document.body) upload.current?.focus()
            },
            onChooseAnother: pick,
            onUploaded: finish,
          }}
        />
      )}
    </>
  )
}

type PictureButtonProps = { avatar: Avatar | null; name: PersonName; side: number; onPick: () => void }

/** For the mouse; the button below it says the same to the others. */
function PictureButton({ avatar, name, side, onPick }: PictureButtonProps) {
  const { t } = useTranslation('avatar')
  return (
    <>
      <button type="button" className={classes.picture} tabIndex={-1} aria-hidden onClick={onPick}>
        <AvatarImage avatar={avatar} name={name} size={side} />
        <span className={classes.camera}>
          <Camera size={16} />
        </span>
      </button>
      <VisuallyHidden>{avatar ? t('alt') : t('noPhoto')}</VisuallyHidden>
    </>
  )
}

function Hint() {
  const { t } = useTranslation('avatar')
  const { config } = useSession()
  const { fileSize } = useFormat()
  return (
    <Text size="xs" c="dimmed">
      {t('accepted', { size: fileSize(config.avatarMaxBytes, 'floor') })}{' '}
      <span className={classes.otherWays}>{t('otherWays')}</span>
    </Text>
  )
}
