import { Button, Container, Stack, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** In the place of a screen that has thrown. After a release its script may be gone, too: loading again mends that. */
export function Broken() {
  const { t } = useTranslation()
  return (
    <Container size={640} py="xl">
      <Stack align="flex-start" role="alert">
        <Title order={1} size="h2">
          {t('brokenTitle')}
        </Title>
        <Text>{t('brokenText')}</Text>
        <Button onClick={() => location.reload()}>{t('reload')}</Button>
      </Stack>
    </Container>
  )
}
