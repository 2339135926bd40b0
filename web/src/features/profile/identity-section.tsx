import { SimpleGrid, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { OwnPhoto } from '../avatar/own-photo.tsx'
import { accountFields } from '../../fields/account-fields.ts'
import { DraftField } from './draft-field.tsx'
import type { ProfileForm } from './use-profile-form.ts'

/** The photo, and beside it the names: what is the same for every type. */
export function IdentitySection({ form }: { form: ProfileForm }) {
  const { t } = useTranslation('profile')
  return (
    <OwnPhoto profile={form.document}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        {accountFields.map((field) => (
          <DraftField key={field.name} form={form} section="user" field={field} />
        ))}
      </SimpleGrid>
      {form.document.user.email === null && (
        <Text size="sm" c="dimmed" mt="sm">
          {t('noEmailHint')}
        </Text>
      )}
    </OwnPhoto>
  )
}
