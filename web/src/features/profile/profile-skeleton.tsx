import { Paper, Skeleton, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'

export function ProfileSkeleton() {
  const { t } = useTranslation()
  return (
    <Stack gap="lg" role="status" aria-label={t('loading')}>
      {[2, 5].map((fields) => (
        <Paper key={fields} withBorder p={{ base: 'md', sm: 'xl' }}>
          <Stack gap="lg">
            <Skeleton h={22} w={180} />
            {Array.from({ length: fields }, (_, index) => (
              <div key={index}>
                <Skeleton h={14} w={120} mb={8} />
                <Skeleton h={36} />
              </div>
            ))}
          </Stack>
        </Paper>
      ))}
    </Stack>
  )
}
