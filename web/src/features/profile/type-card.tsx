import { Stack } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { FieldInput } from '../../fields/field-input.tsx'
import { fieldsOf } from '../../fields/field-schema.ts'
import { useWords } from '../../fields/use-words.ts'
import { fieldPath } from './draft.ts'
import type { ProfileForm } from './use-profile-form.ts'

type TypeCardProps = { form: ProfileForm; type: ProfileType }

/** The section of a profile type, drawn from what the server says of it: a new type needs no code here. */
export function TypeCard({ form, type }: TypeCardProps) {
  const { t } = useTranslation('profile')
  const { label } = useWords()
  return (
    <Card title={label(type.labels)} description={t('sectionHint')}>
      <Stack gap="lg">
        {fieldsOf(type).map((field) => {
          const path = fieldPath(type.section, field.name)
          return (
            <FieldInput
              key={path}
              path={path}
              field={field}
              value={form.valueAt(path)}
              onChange={(value) => form.setValue(path, value)}
              errorAt={form.errorAt}
            />
          )
        })}
      </Stack>
    </Card>
  )
}
