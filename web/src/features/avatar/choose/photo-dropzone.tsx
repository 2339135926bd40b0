import { Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { ImageDown, ImageOff } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { ACCEPTED_TYPES } from './picture-format.ts'
import { choiceOf, type Choice } from './refusal.ts'
import classes from './photo-dropzone.module.css'

type PhotoDropzoneProps = {
  /** Opens the file picker. */
  openRef: Ref<() => void>
  onChoice: (choice: Choice) => void
  children: ReactNode
}

/** The card as a place to drop a file on. Whatever is dropped is a choice: what is wrong with it, the dialog says. */
export function PhotoDropzone({ openRef, onChoice, children }: PhotoDropzoneProps) {
  const { t } = useTranslation('avatar')
  const take = (files: readonly File[]) => {
    const choice = choiceOf(files)
    if (choice) onChoice(choice)
  }
  return (
    <Dropzone
      // Its own look is that of an empty box; this one is a card.
      unstyled
      className={classes.zone}
      openRef={openRef}
      accept={ACCEPTED_TYPES}
      multiple={false}
      activateOnClick={false}
      activateOnKeyboard={false}
      onDrop={() => {}}
      onDropAny={(files, rejected) => take([...files, ...rejected.map(({ file }) => file)])}
      inputProps={{ 'aria-hidden': true }}
    >
      {children}
      <Dropzone.Accept>
        <div className={classes.over}>
          <ImageDown size={36} aria-hidden />
          <Text fw={600}>{t('dropHere')}</Text>
        </div>
      </Dropzone.Accept>
      <Dropzone.Reject>
        <div className={classes.over} data-wrong>
          <ImageOff size={36} aria-hidden />
          <Text fw={600}>{t('dropWrong')}</Text>
        </div>
      </Dropzone.Reject>
    </Dropzone>
  )
}
