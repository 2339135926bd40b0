import { Alert, Button, Center, Loader, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from './explain.ts'

type QueryStateProps<T> = {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isFetching' | 'refetch'>
  children: (data: T) => ReactNode
  /** What stands in the place of the content meanwhile, shaped like it. */
  loading?: ReactNode
}

/** Loading, an error that can be retried, or the content. Content that is there stays, whatever a refresh says. */
export function QueryState<T>({ query, children, loading }: QueryStateProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error)
    return <Failure error={query.error} retry={() => void query.refetch()} busy={query.isFetching} />
  return loading ?? <Loading />
}

export function Loading() {
  const { t } = useTranslation()
  return (
    <Center mih={240} role="status">
      <Stack align="center" gap="xs">
        <Loader />
        <Text size="sm" c="dimmed">
          {t('loading')}
        </Text>
      </Stack>
    </Center>
  )
}

type FailureProps = { error: unknown; retry?: () => void; busy?: boolean }

export function Failure({ error, retry, busy = false }: FailureProps) {
  const { t } = useTranslation()
  const { title, detail, requestId } = explain(error, t)
  return (
    <Alert color="red" icon={<CircleAlert aria-hidden />} title={title} role="alert">
      <Stack gap="sm" align="flex-start">
        {detail !== undefined && <Text size="sm">{detail}</Text>}
        {requestId !== undefined && (
          <Text size="xs" c="dimmed">
            {t('requestId', { id: requestId })}
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry} loading={busy}>
            {t('retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
