import { Button, Group, Modal, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

type LeaveDialogProps = { leave: () => void; stay: () => void }

/** The default export of a module that is loaded when it is needed. */
export default function LeaveDialog({ leave, stay }: LeaveDialogProps) {
  const { t } = useTranslation('profile')
  return (
    <Modal opened onClose={stay} title={t('leaveTitle')} centered>
      <Text>{t('leaveText')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={leave}>
          {t('leave')}
        </Button>
        <Button data-autofocus onClick={stay}>
          {t('stay')}
        </Button>
      </Group>
    </Modal>
  )
}
