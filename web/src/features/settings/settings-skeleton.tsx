import { Paper, Skeleton, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'

export function SettingsSkeleton() {
  const { t } = useTranslation()
  return (
    <Stack gap="lg" role="status" aria-label={t('loading')}>
      {[190, 170].map((height) => (
        <Paper key={height} withBorder p={{ base: 'md', sm: 'xl' }}>
          <Skeleton h={22} w={180} mb="lg" />
          <Skeleton h={height} />
        </Paper>
      ))}
    </Stack>
  )
}
