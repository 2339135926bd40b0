import { Alert, Anchor, List, Text } from '@mantine/core'
import { ProblemError } from '@upm/client'
import { CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../../components/query-state.tsx'

type NotPublishedProps = { error: Error; nameOf: (path: string) => string; onJump: (path: string) => void }

/** What the server wants to be filled in first, each with the way to it; or why else it has refused to publish. */
export function NotPublished({ error, nameOf, onJump }: NotPublishedProps) {
  const { t } = useTranslation('publishing')
  const faults = error instanceof ProblemError ? error.fieldErrors : []
  if (faults.length === 0) return <Failure error={error} />
  return (
    <Alert color="red" role="alert" icon={<CircleAlert aria-hidden />} title={t('notPublished')}>
      <Text size="sm" mb="xs">
        {t('missing')}
      </Text>
      <MissingFields paths={faults.map(({ field }) => field)} nameOf={nameOf} onJump={onJump} />
    </Alert>
  )
}

type MissingFieldsProps = {
  /** Of the document; `avatar` is the photo. */
  paths: readonly string[]
  nameOf: (path: string) => string
  onJump: (path: string) => void
}

export function MissingFields({ paths, nameOf, onJump }: MissingFieldsProps) {
  return (
    <List size="sm" spacing={4}>
      {paths.map((path) => (
        <List.Item key={path}>
          <Anchor component="button" type="button" inherit underline="always" onClick={() => onJump(path)}>
            {nameOf(path)}
          </Anchor>
        </List.Item>
      ))}
    </List>
  )
}
