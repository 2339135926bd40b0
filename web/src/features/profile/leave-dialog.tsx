import { Button, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/dialog.tsx'

type LeaveDialogProps = { leave: () => void; stay: () => void }

/** The default export of a module that is loaded when it is needed. */
export default function LeaveDialog({ leave, stay }: LeaveDialogProps) {
  const { t } = useTranslation('profile')
  return (
    <Dialog opened onClose={stay} title={t('leaveTitle')}>
      <Text>{t('leaveText')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={leave}>
          {t('leave')}
        </Button>
        <Button data-autofocus onClick={stay}>
          {t('stay')}
        </Button>
      </Group>
    </Dialog>
  )
}
