import { Container, Group, Paper, Skeleton, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'

export function PersonSkeleton() {
  const { t } = useTranslation()
  return (
    <Container size={640} px={0}>
      <Stack gap="lg" role="status" aria-label={t('loading')}>
        <Group gap="md" wrap="nowrap">
          <Skeleton circle h={96} w={96} />
          <Stack gap="sm">
            <Skeleton h={28} w={200} maw="50vw" />
            <Skeleton h={16} w={160} maw="40vw" />
          </Stack>
        </Group>
        <Paper withBorder p={{ base: 'md', sm: 'xl' }}>
          <Stack gap="md">
            <Skeleton h={22} w={140} />
            {[100, 80, 90, 40].map((width) => (
              <Skeleton key={width} h={16} w={`${width}%`} />
            ))}
          </Stack>
        </Paper>
      </Stack>
    </Container>
  )
}
