import { Modal, type ModalProps } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** A dialog in the middle of the screen, whose button to close it has a name. */
export function Dialog({ closeButtonProps, ...props }: ModalProps) {
  const { t } = useTranslation()
  return (
    <Modal
      centered
      styles={{ title: { fontWeight: 650 } }}
      closeButtonProps={{ 'aria-label': t('close'), ...closeButtonProps }}
      {...props}
    />
  )
}
