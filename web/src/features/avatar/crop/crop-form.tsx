import { Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../session/use-format.ts'
import { CropArea } from './crop-area.tsx'
import { CropPreview } from './crop-preview.tsx'
import { cropOf, isSoft, WHOLE, zoomedBy, type Crop, type View } from './crop.ts'
import type { Picture } from '../choose/open-picture.ts'
import { UploadFailure } from '../upload/upload-failure.tsx'
import { UploadProgress } from '../upload/upload-progress.tsx'
import { UploadStatus } from '../upload/upload-status.tsx'
import type { Upload } from '../upload/use-upload.ts'
import { ZoomControls } from './zoom-controls.tsx'
import classes from './crop-form.module.css'
import dialog from '../photo-dialog.module.css'

type CropFormProps = {
  picture: Picture
  upload: Upload
  /** Cancels the upload that is under way, else closes the dialog. */
  onCancel: () => void
  onChooseAnother: () => void
}

/** Chooses the square and sends it. What is chosen stays while it is sent, and when that fails. */
export function CropForm({ picture, upload, onCancel, onChooseAnother }: CropFormProps) {
  const [view, setView] = useState<View>(WHOLE)
  const crop = cropOf(view, picture)
  const { at } = upload.state

  return (
    <Stack gap="sm" className={classes.form} onKeyDown={(event) => zoomByKey(event)}>
      <div className={classes.crop} inert={upload.isUnderWay}>
        <CropArea picture={picture} view={view} onChange={setView} />
        <ZoomControls picture={picture} view={view} onChange={setView} />
        <Group
          gap="md"
          wrap="nowrap"
          className={classes.outcome}
          data-animated={picture.isAnimated || undefined}
        >
          <CropPreview picture={picture} crop={crop} />
          <Remarks picture={picture} crop={crop} />
        </Group>
      </div>
      {upload.state.at === 'failed' && (
        <UploadFailure error={upload.state.error} picture={picture} onChooseAnother={onChooseAnother} />
      )}
      <UploadStatus state={upload.state} />
      {upload.isUnderWay ? (
        <UploadProgress state={upload.state} onCancel={onCancel} />
      ) : (
        <Actions
          hasFailed={at === 'failed'}
          hasEnded={at === 'failed' || at === 'cancelled'}
          onCancel={onCancel}
          onSend={() => upload.start(picture, crop)}
        />
      )}
    </Stack>
  )

  function zoomByKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): void {
    // With these it is the browser's own zoom.
    if (ctrlKey || metaKey || altKey || upload.isUnderWay) return
    const steps = { '+': 1, '=': 1, '-': -1, '−': -1, _: -1 }[key]
    if (steps !== undefined) setView((current) => zoomedBy(current, steps, picture))
  }
}

/** What one should know of the picture that would come out. */
function Remarks({ picture, crop }: { picture: Picture; crop: Crop }) {
  const { t } = useTranslation('avatar')
  const { number } = useFormat()
  return (
    <Text size="sm" c="dimmed" component="div">
      {isSoft(crop) ? (
        <div className={classes.warning}>{t('soft', { side: number(crop.size) })}</div>
      ) : (
        <div>{t('preview')}</div>
      )}
      {picture.isAnimated && <div>{t('firstFrame')}</div>}
    </Text>
  )
}

type ActionsProps = { hasFailed: boolean; hasEnded: boolean; onCancel: () => void; onSend: () => void }

function Actions({ hasFailed, hasEnded, onCancel, onSend }: ActionsProps) {
  const { t } = useTranslation('avatar')
  const { t: shell } = useTranslation()
  const send = useRef<HTMLButtonElement>(null)
  // Where an upload has ended, the keyboard goes on where it was begun.
  useEffect(() => {
    if (hasEnded) send.current?.focus()
  }, [hasEnded])
  return (
    <Group justify="flex-end" className={dialog.actions}>
      <Button variant="default" onClick={onCancel}>
        {shell('cancel')}
      </Button>
      <Button ref={send} onClick={onSend}>
        {hasFailed ? shell('retry') : t('send')}
      </Button>
    </Group>
  )
}
