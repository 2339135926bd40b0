import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useWords } from '../use-words.ts'
import type { WidgetProps } from '../widget.ts'
import { ChipsInput } from './chips-input.tsx'

/** Subjects of the catalogue, by their names in the language of the page. */
export function SubjectsInput(props: WidgetProps) {
  const { t } = useTranslation('fields')
  const { subjects, label, language } = useWords()
  const options = useMemo(
    () =>
      [...subjects]
        .map(([slug, labels]) => ({ value: slug, label: label(labels) }))
        .sort((one, other) => one.label.localeCompare(other.label, language)),
    [subjects, label, language],
  )
  return <ChipsInput {...props} options={options} placeholder={t('findSubject')} />
}
