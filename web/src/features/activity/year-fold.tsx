import { Button } from '@mantine/core'
import { CalendarDays } from 'lucide-react'
import { useTranslation } from 'react-i18next'

type YearFoldProps = { id: string; isOpen: boolean; toggle: () => void }

/** Where the year has no room beside the list: it opens and closes it. */
export function YearFold({ id, isOpen, toggle }: YearFoldProps) {
  const { t } = useTranslation('activity')
  return (
    <Button
      variant="subtle"
      color="gray"
      c="inherit"
      leftSection={<CalendarDays size={18} aria-hidden />}
      aria-expanded={isOpen}
      aria-controls={isOpen ? id : undefined}
      onClick={toggle}
    >
      {t('yearFold')}
    </Button>
  )
}
