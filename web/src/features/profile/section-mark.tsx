import { Text, VisuallyHidden } from '@mantine/core'
import { Check, CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import classes from './section-mark.module.css'
import type { SectionState } from './sections.ts'

/** How far a section is, at the end of its title. */
export function SectionMark({ state: { mark, done, all } }: { state: SectionState }) {
  const { t } = useTranslation('profile')
  switch (mark) {
    case 'error':
      return (
        <span className={classes.mark} data-mark="error">
          <CircleAlert size={18} aria-hidden />
          <VisuallyHidden>{t('sectionError')}</VisuallyHidden>
        </span>
      )
    case 'ready':
      return (
        <span className={classes.mark} data-mark="ready">
          <Check size={18} aria-hidden />
          <VisuallyHidden>{t('sectionReady')}</VisuallyHidden>
        </span>
      )
    default:
      return (
        <span className={classes.mark} data-mark={mark}>
          {mark === 'missing' && <span className={classes.dot} aria-hidden />}
          <Text component="span" size="sm">
            {t('sectionCount', { done, all })}
          </Text>
          {mark === 'missing' && <VisuallyHidden>, {t('sectionMissing')}</VisuallyHidden>}
        </span>
      )
  }
}
