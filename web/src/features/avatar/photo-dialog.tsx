import { Skeleton, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/dialog.tsx'
import type { Choice } from './choose/refusal.ts'
import { RefusedChoice } from './choose/refused-choice.tsx'
import { useOpenedPicture } from './choose/use-opened-picture.ts'
import { useUpload, type Upload } from './upload/use-upload.ts'
import classes from './photo-dialog.module.css'

type PhotoDialogProps = {
  isOpen: boolean
  /** What somebody has picked, dropped or pasted; the dialog shows it until it has gone out of sight. */
  choice: Choice | undefined
  onClose: () => void
  onClosed: () => void
  onChooseAnother: () => void
  onUploaded: () => void
}

/**
 * From a file that was chosen to the new picture: opened, cropped, sent. The default export of a module that is loaded
 * when it is needed.
 */
export default function PhotoDialog({ isOpen, choice, onClose, onClosed, ...handlers }: PhotoDialogProps) {
  const { t } = useTranslation('avatar')
  const upload = useUpload(handlers.onUploaded)
  const isFullScreen = useMediaQuery('(max-width: 36em), (max-height: 36em)')
  // While something is sent, what closes the dialog cancels that first.
  const close = upload.isUnderWay ? upload.cancel : onClose
  return (
    <Dialog
      opened={isOpen}
      onClose={close}
      title={t('dialogTitle')}
      size={560}
      fullScreen={isFullScreen}
      // A drag that ends beside the dialog is no wish to leave it.
      closeOnClickOutside={false}
      closeButtonProps={{ size: 'lg' }}
      classNames={{ content: classes.content, body: classes.body, title: classes.title }}
      onExitTransitionEnd={() => {
        upload.forget()
        onClosed()
      }}
    >
      {choice && (
        <ChosenPicture
          choice={choice}
          upload={upload}
          onCancel={close}
          onChooseAnother={() => {
            upload.forget()
            handlers.onChooseAnother()
          }}
        />
      )}
    </Dialog>
  )
}

type ChosenPictureProps = {
  choice: Choice
  upload: Upload
  onCancel: () => void
  onChooseAnother: () => void
}

function ChosenPicture({ choice, upload, onCancel, onChooseAnother }: ChosenPictureProps) {
  const opened = useOpenedPicture(choice)
  switch (opened.at) {
    case 'opening':
      return <Opening />
    case 'refused':
      return <RefusedChoice refusal={opened.refusal} onCancel={onCancel} onChooseAnother={onChooseAnother} />
    case 'opened':
      return (
        <opened.CropForm
          picture={opened.picture}
          upload={upload}
          onCancel={onCancel}
          onChooseAnother={onChooseAnother}
        />
      )
  }
}

function Opening() {
  const { t } = useTranslation('avatar')
  return (
    <Stack gap="sm" className={classes.body} role="status">
      <Skeleton className={classes.frame} radius="md" />
      <Text size="sm" c="dimmed" ta="center">
        {t('opening')}
      </Text>
    </Stack>
  )
}
