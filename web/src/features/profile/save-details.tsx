import { List, Stack, Text } from '@mantine/core'
import { ProblemError, UnexpectedResponseError, type FieldError } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { explain } from '../../components/explain.ts'
import { passingReason } from './save-retry.ts'

type SaveDetailsProps = {
  error: Error
  /** What is wrong with fields that the form does not have. */
  others: readonly FieldError[]
}

/** All that is known of a save that failed. */
export function SaveDetails({ error, others }: SaveDetailsProps) {
  const { t } = useTranslation('profile')
  const { t: shell } = useTranslation()
  const { title, detail } = explain(error, shell)
  const isAnswer = error instanceof ProblemError || error instanceof UnexpectedResponseError
  return (
    <Stack gap={4}>
      {others.length === 0 ? (
        <Text size="sm">{detail === undefined ? title : `${title}. ${detail}`}</Text>
      ) : (
        <List size="sm">
          {others.map(({ field, message }) => (
            <List.Item key={field}>{`${field}: ${message}`}</List.Item>
          ))}
        </List>
      )}
      {passingReason(error) !== undefined && <Text size="sm">{t('retriesItself')}</Text>}
      {isAnswer && error.requestId !== undefined && (
        <Text size="xs" c="dimmed">
          {shell('requestId', { id: error.requestId })}
        </Text>
      )}
    </Stack>
  )
}
