import { SimpleGrid, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import type { ProfileAnswer } from '../../session/queries.ts'
import { accountFields } from '../../fields/account-fields.ts'
import { DraftField } from './draft-field.tsx'
import type { ProfileForm } from './use-profile-form.ts'

type AccountCardProps = { form: ProfileForm; user: ProfileAnswer['data']['user'] }

/** What is the same for every type: the names, and the e-mail that the account belongs to. */
export function AccountCard({ form, user }: AccountCardProps) {
  const { t } = useTranslation('profile')
  return (
    <Card title={t('account')} description={t('accountHint')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {accountFields.map((field) => (
          <DraftField key={field.name} form={form} section="user" field={field} />
        ))}
      </SimpleGrid>
      <TextInput
        label={t('email')}
        description={t(user.email === null ? 'noEmailHint' : 'emailHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        value={user.email ?? t('noEmail')}
        readOnly
        variant="filled"
      />
    </Card>
  )
}
