import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Page } from '../components/page.tsx'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <Page title={t('notFoundTitle')} size="sm">
      <Text>{t('notFoundText')}</Text>
      <div>
        <Button component={Link} to="/">
          {t('toProfile')}
        </Button>
      </div>
    </Page>
  )
}
