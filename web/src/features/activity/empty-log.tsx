import { Button, Paper, Stack, Text, Title } from '@mantine/core'
import { History, SearchX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { hasFilters, type Filters } from './filters/filters.ts'

type EmptyLogProps = { filters: Filters; clearFilters: () => void }

/** Nothing has happened yet, or nothing is like what is looked for. */
export function EmptyLog({ filters, clearFilters }: EmptyLogProps) {
  const { t } = useTranslation('activity')
  const isFiltered = hasFilters(filters)
  const Icon = isFiltered ? SearchX : History
  return (
    <Paper withBorder p="xl" mt="md" role="status">
      <Stack align="center" gap="xs" ta="center" py="lg">
        <Icon size={40} strokeWidth={1.5} color="var(--mantine-color-dimmed)" aria-hidden />
        <Title order={2} size="h4">
          {t(isFiltered ? 'noMatchTitle' : 'emptyTitle')}
        </Title>
        <Text c="dimmed" maw={420}>
          {t(isFiltered ? 'noMatchText' : 'emptyText')}
        </Text>
        {isFiltered && (
          <Button variant="default" mt="xs" onClick={clearFilters}>
            {t('clearFilters')}
          </Button>
        )}
      </Stack>
    </Paper>
  )
}
