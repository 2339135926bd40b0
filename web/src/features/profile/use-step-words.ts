import { useTranslation } from 'react-i18next'
import { fieldLabel } from '../../fields/field-schema.ts'
import { useWords } from '../../fields/use-words.ts'
import type { Step } from './completeness.ts'

/** What a step is called: its field, and how much of it is wanted. */
export function useStepWords(): (step: Pick<Step, 'field' | 'from'>) => string {
  const { t } = useTranslation('profile')
  const { label } = useWords()
  return ({ field, from }) => {
    if (field === null) return t('photo')
    const name = fieldLabel(field, label)
    if (from <= 1) return name
    const isList = [field.schema.type].flat().includes('array')
    return t(isList ? 'stepItems' : 'stepCharacters', { name, count: from })
  }
}
