import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { addTexts, pageLanguage } from '../i18n/i18n.ts'
import { labelIn, type Labels } from '../i18n/labels.ts'
import { useSubjects } from '../session/queries.ts'
import { texts } from './texts.ts'
import type { Words } from './value-text.ts'

addTexts('fields', texts)

/** What is needed to say a field's value in the language of the page. */
export function useWords(): Words {
  return useWordsOf(useSubjects().data)
}

/** The same, with these subjects. */
export function useWordsOf(subjects: readonly { slug: string; labels: Labels }[] | undefined): Words {
  const { t, i18n } = useTranslation('fields')
  const language = pageLanguage(i18n.language)
  return useMemo(
    () => ({
      language,
      label: (labels) => labelIn(labels, language),
      subjects: new Map(subjects?.map(({ slug, labels }) => [slug, labels])),
      yes: t('yes'),
      no: t('no'),
    }),
    [language, subjects, t],
  )
}
