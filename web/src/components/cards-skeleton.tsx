import { Paper, Skeleton, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** In the place of cards that are loading. @param heights of what is in each of them, in pixels; no two are equal */
export function CardsSkeleton({ heights }: { heights: readonly number[] }) {
  const { t } = useTranslation()
  return (
    <Stack gap="lg" role="status" aria-label={t('loading')}>
      {heights.map((height) => (
        <Paper key={height} withBorder p={{ base: 'md', sm: 'lg' }}>
          <Skeleton h={22} w={180} mb="lg" />
          <Skeleton h={height} />
        </Paper>
      ))}
    </Stack>
  )
}
