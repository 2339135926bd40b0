import { Text, VisuallyHidden } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Avatar } from '@upm/client'
import { Camera } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { showToast } from '../../components/toast.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { useFormat } from '../../session/use-format.ts'
import type { ProfileAnswer } from '../../session/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { AvatarImage } from '../../components/avatar/avatar-image.tsx'
import type { PersonName } from '../../components/avatar/initials.ts'
import { PhotoButtons } from './choose/photo-buttons.tsx'
import { PhotoDialog } from './photo-dialog.tsx'
import { PhotoDropzone } from './choose/photo-dropzone.tsx'
import type { Choice } from './choose/refusal.ts'
import { texts } from './texts.ts'
import { useSide } from './crop/use-side.ts'
import { usePaste } from './choose/use-paste.ts'
import { useOwnRemoval } from './remove/use-own-removal.ts'
import classes from './photo-card.module.css'

addTexts('avatar', texts)

const UPLOADED_TOAST = 'avatar-uploaded'

/** One's own picture: chosen, dropped or pasted, cropped, sent, removed and brought back. */
export function OwnPhoto({ document: { avatar, user } }: { document: ProfileAnswer['data'] }) {
  const { t } = useTranslation('avatar')
  const [choice, setChoice] = useState<Choice>()
  const [isOpen, setOpen] = useState(false)
  const [spoken, say] = useState('')
  const openPicker = useRef<() => void>(null)
  const upload = useRef<HTMLButtonElement>(null)
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

  function pick(): void {
    openPicker.current?.()
  }

  return (
    <>
      <PhotoDropzone openRef={openPicker} onChoice={choose}>
        <Card title={t('title')}>
          <div className={classes.photo}>
            <PictureButton avatar={shown} name={user} onPick={pick} />
            <PhotoButtons
              uploadRef={upload}
              hasPhoto={shown !== null}
              removal={removal}
              onPick={pick}
              onChoice={choose}
            />
            <Hint />
          </div>
          <VisuallyHidden role="status">{spoken}</VisuallyHidden>
        </Card>
      </PhotoDropzone>
      {/* Not within: what is dropped on the dialog would bubble to the card. */}
      <PhotoDialog
        isOpen={isOpen}
        choice={choice}
        onClose={() => setOpen(false)}
        onClosed={() => {
          setChoice(undefined)
          // What was dropped or pasted left the keyboard nowhere.
          if (document.activeElement === document.body) upload.current?.focus()
        }}
        onChooseAnother={pick}
        onUploaded={finish}
      />
    </>
  )
}

type PictureButtonProps = { avatar: Avatar | null; name: PersonName; onPick: () => void }

/** For the mouse; the button beside it says the same to the others. */
function PictureButton({ avatar, name, onPick }: PictureButtonProps) {
  const { t } = useTranslation('avatar')
  const side = useSide()
  return (
    <>
      <button type="button" className={classes.picture} tabIndex={-1} aria-hidden onClick={onPick}>
        <AvatarImage avatar={avatar} name={name} size={side} />
        <span className={classes.camera}>
          <Camera size={28} />
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
    <Text size="sm" c="dimmed" className={classes.hint}>
      {t('accepted', { size: fileSize(config.avatarMaxBytes, 'floor') })}{' '}
      <span className={classes.otherWays}>{t('otherWays')}</span>
    </Text>
  )
}
