import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSubjects } from '../../session/queries.ts'
import { useWords } from '../use-words.ts'
import type { WidgetProps } from '../widget.ts'
import { ChipsInput } from './chips-input.tsx'

/** Subjects of the catalogue, by their names in the language of the page, found by every name that they have. */
export function SubjectsInput(props: WidgetProps) {
  const { t } = useTranslation('fields')
  const { label, language } = useWords()
  const { data: subjects } = useSubjects()
  const options = useMemo(
    () =>
      (subjects ?? [])
        .map(({ slug, labels, synonyms }) => ({
          value: slug,
          label: label(labels),
          otherNames: [...Object.values(labels), ...synonyms].filter((name) => name !== label(labels)),
        }))
        .sort((one, other) => one.label.localeCompare(other.label, language)),
    [subjects, label, language],
  )
  const popular = useMemo(
    () => (subjects ?? []).filter((subject) => subject.popular).map(({ slug }) => slug),
    [subjects],
  )
  return (
    <ChipsInput
      {...props}
      options={options}
      placeholder={t('findSubject')}
      suggestions={{ label: t('popular'), values: popular }}
    />
  )
}
