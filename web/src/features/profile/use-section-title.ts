import { useTranslation } from 'react-i18next'
import { useWords } from '../../fields/use-words.ts'
import type { EditorSection } from './sections.ts'

/** What a section is called in the language of the page. */
export function useSectionTitle(): (section: EditorSection) => string {
  const { t } = useTranslation('profile')
  const { label } = useWords()
  return ({ title, typeLabels }) => {
    const name = typeof title === 'string' ? t(title) : label(title)
    return typeLabels ? `${label(typeLabels)}: ${name}` : name
  }
}
