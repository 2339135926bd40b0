import { Alert, List, Text } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { explain } from '../../components/explain.ts'
import { fieldsOf } from '../../fields/field-schema.ts'
import { accountFields } from '../../fields/account-fields.ts'
import { fieldPath } from './draft.ts'
import type { ProfileForm } from './use-profile-form.ts'

type SaveFailureProps = { form: ProfileForm; types: readonly ProfileType[] }

/** What the fields themselves cannot say: the request failed, or something is wrong that has no field here. */
export function SaveFailure({ form, types }: SaveFailureProps) {
  const { t } = useTranslation('profile')
  const { t: shell } = useTranslation()
  if (!form.failure || !form.isDirty) return null
  const shown = shownPaths(types)
  const others = form.errors.filter(({ field }) => !shown.some((path) => field.startsWith(path)))
  if (form.errors.length > 0 && others.length === 0) return null
  const { title, detail, requestId } = explain(form.failure, shell)
  return (
    <Alert color="red" role="alert" icon={<CircleAlert aria-hidden />} title={`${t('notSaved')}: ${title}`}>
      {others.length === 0 ? (
        <Text size="sm">{detail}</Text>
      ) : (
        <List size="sm">
          {others.map(({ field, message }) => (
            <List.Item key={field}>{`${field}: ${message}`}</List.Item>
          ))}
        </List>
      )}
      {requestId !== undefined && (
        <Text size="xs" c="dimmed">
          {shell('requestId', { id: requestId })}
        </Text>
      )}
    </Alert>
  )
}

function shownPaths(types: readonly ProfileType[]): string[] {
  return [
    ...accountFields.map(({ name }) => fieldPath('user', name)),
    ...types.flatMap((type) => fieldsOf(type).map(({ name }) => fieldPath(type.section, name))),
  ]
}
