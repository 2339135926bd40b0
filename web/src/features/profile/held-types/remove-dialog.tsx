import { Alert, Button, List, Stack, Text } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../../components/dialog.tsx'
import { fieldLabel } from '../../../fields/field-schema.ts'
import { useWords } from '../../../fields/use-words.ts'
import type { ProfileForm } from '../use-profile-form.ts'
import { filledFields } from './addable.ts'

type RemoveDialogProps = {
  form: ProfileForm
  type: ProfileType
  /** Whether the profile was changed elsewhere after the dialog was opened. */
  hasChanged: boolean
  isRemoving: boolean
  onClose: () => void
  onRemove: () => void
}

/** Says what is lost with a profile before it is deleted. The default export of a module that is loaded when it is needed. */
export default function RemoveDialog({
  form,
  type,
  hasChanged,
  isRemoving,
  onClose,
  onRemove,
}: RemoveDialogProps) {
  const { t } = useTranslation('heldTypes')
  const words = useWords()
  const name = words.label(type.labels)
  const lost = filledFields(form.stored, type)
  const hasDraft = [...form.changes.keys()].some((path) => path.startsWith(`${type.section}.`))
  return (
    <Dialog opened onClose={onClose} title={t('removeTitle', { type: name })}>
      <Stack gap="md">
        {hasChanged && (
          <Alert color="orange" icon={<CircleAlert aria-hidden />} role="alert">
            {t('removeChanged')}
          </Alert>
        )}
        <Text>{t(lost.length === 0 ? 'removeEmpty' : 'removeText')}</Text>
        {lost.length > 0 && (
          <List>
            {lost.map((field) => (
              <List.Item key={field.name}>{fieldLabel(field, words.label)}</List.Item>
            ))}
          </List>
        )}
        {hasDraft && <Text>{t('removeDraft')}</Text>}
        <Stack gap="xs">
          <Button data-autofocus variant="default" size="md" onClick={onClose} disabled={isRemoving}>
            {t('keep')}
          </Button>
          <Button variant="light" color="red" size="md" onClick={onRemove} loading={isRemoving}>
            {t('removeNamed', { type: name })}
          </Button>
        </Stack>
      </Stack>
    </Dialog>
  )
}
