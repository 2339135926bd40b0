import { Stack } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { fieldsOf } from '../../fields/field-schema.ts'
import { useWords } from '../../fields/use-words.ts'
import { DraftField } from './draft-field.tsx'
import type { ProfileForm } from './use-profile-form.ts'

type TypeCardProps = { form: ProfileForm; type: ProfileType }

/** The section of a profile type, drawn from what the server says of it: a new type needs no code here. */
export function TypeCard({ form, type }: TypeCardProps) {
  const { t } = useTranslation('profile')
  const { label } = useWords()
  return (
    <Card title={label(type.labels)} description={t('sectionHint')}>
      <Stack gap="lg">
        {fieldsOf(type).map((field) => (
          <DraftField key={field.name} form={form} section={type.section} field={field} />
        ))}
      </Stack>
    </Card>
  )
}
