import { Button, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/dialog.tsx'

type LeaveDialogProps = { leave: () => void; stay: () => void; save: () => void; isSaving: boolean }

/** The default export of a module that is loaded when it is needed. */
export default function LeaveDialog({ leave, stay, save, isSaving }: LeaveDialogProps) {
  const { t } = useTranslation('profile')
  return (
    <Dialog opened onClose={stay} title={t('leaveTitle')}>
      <Text>{t('leaveText')}</Text>
      <Stack gap="xs" mt="lg">
        <Button data-autofocus onClick={save} loading={isSaving}>
          {t('saveAndLeave')}
        </Button>
        <Button variant="default" onClick={stay} disabled={isSaving}>
          {t('stay')}
        </Button>
        <Button variant="subtle" color="red" onClick={leave} disabled={isSaving}>
          {t('leave')}
        </Button>
      </Stack>
    </Dialog>
  )
}
