import { Alert, List, Text } from '@mantine/core'
import { ProblemError } from '@upm/client'
import { CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { explain } from '../explain.ts'
import { waitText } from './wait.ts'

type FormFailureProps = {
  error: unknown
  /** The fields that say by themselves what is wrong with them. */
  fields: readonly string[]
  /** Seconds until the next attempt. */
  wait?: number
}

/** What the fields of a form cannot say themselves: the attempt failed, or something is wrong that has no field. */
export function FormFailure({ error, fields, wait = 0 }: FormFailureProps) {
  const { t } = useTranslation()
  if (error === null || error === undefined) return null
  const faults = error instanceof ProblemError ? error.fieldErrors : []
  const others = faults.filter(({ field }) => !fields.includes(field))
  if (faults.length > 0 && others.length === 0) return null
  const { title, detail, requestId } = explain(error, t)
  return (
    <Alert color="red" role="alert" icon={<CircleAlert aria-hidden />} title={title}>
      {others.length > 0 ? (
        <List size="sm">
          {others.map(({ field, message }) => (
            <List.Item key={field}>{`${field}: ${message}`}</List.Item>
          ))}
        </List>
      ) : (
        <Text size="sm">{hasToWait(error) ? <Wait left={wait} /> : detail}</Text>
      )}
      {requestId !== undefined && (
        <Text size="xs" c="dimmed">
          {t('requestId', { id: requestId })}
        </Text>
      )}
    </Alert>
  )
}

/** It is read with the rest, and not aloud again every second. */
function Wait({ left }: { left: number }) {
  const { t } = useTranslation()
  return <span role="timer">{left > 0 ? t('waitFor', { time: waitText(left) }) : t('waitOver')}</span>
}

const hasToWait = (error: unknown) => error instanceof ProblemError && error.retryAfterSeconds !== undefined
