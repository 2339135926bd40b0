import { Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { ImageDown, ImageOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ACCEPTED_TYPES } from './picture-format.ts'
import { choiceOf, type Choice } from './refusal.ts'
import classes from './photo-dropzone.module.css'

type PhotoDropzoneProps = { onChoice: (choice: Choice) => void }

/**
 * The whole screen as a place to drop a file on. Whatever is dropped is a choice: what is wrong with it, the dialog says.
 * The default export of a module that is loaded when it is needed.
 */
export default function PhotoDropzone({ onChoice }: PhotoDropzoneProps) {
  const { t } = useTranslation('avatar')
  const take = (files: readonly File[]) => {
    const choice = choiceOf(files)
    if (choice) onChoice(choice)
  }
  return (
    <Dropzone.FullScreen
      // Its own look is that of an empty box on a white screen.
      unstyled
      classNames={{ fullScreen: classes.screen, root: classes.zone, inner: classes.over }}
      accept={ACCEPTED_TYPES}
      multiple={false}
      activateOnClick={false}
      activateOnKeyboard={false}
      onDrop={() => {}}
      onDropAny={(files, rejected) => take([...files, ...rejected.map(({ file }) => file)])}
      inputProps={{ 'aria-hidden': true }}
    >
      <Dropzone.Accept>
        <div className={classes.message}>
          <ImageDown size={48} aria-hidden />
          <Text fw={600}>{t('dropHere')}</Text>
        </div>
      </Dropzone.Accept>
      <Dropzone.Reject>
        <div className={classes.message} data-wrong>
          <ImageOff size={48} aria-hidden />
          <Text fw={600}>{t('dropWrong')}</Text>
        </div>
      </Dropzone.Reject>
    </Dropzone.FullScreen>
  )
}
