import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Card } from '../../components/card.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { texts } from './texts.ts'

addTexts('leaving', texts)

/** The way to the deletion of the account, which has a screen of its own: stores and mails lead there, too. */
export default function DeleteCard() {
  const { t } = useTranslation('leaving')
  return (
    <Card id="delete" title={t('card')} description={t('cardHint')}>
      <Button
        component={Link}
        to="/delete-account"
        variant="default"
        c="var(--mantine-color-error)"
        style={{ alignSelf: 'flex-start' }}
      >
        {t('toDelete')}
      </Button>
    </Card>
  )
}
