import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { languageCodes, languageTag } from '../language-tags.ts'
import { useWords } from '../use-words.ts'
import { languageText } from '../value-text.ts'
import type { WidgetProps } from '../widget.ts'
import { ChipsInput } from './chips-input.tsx'

/** Languages by name; whoever needs another one enters its tag (BCP 47). */
export function LanguagesInput(props: WidgetProps) {
  const { t } = useTranslation('fields')
  const { language } = useWords()
  const options = useMemo(
    () =>
      languageCodes
        .map((code) => optionOf(code, language))
        .sort((one, other) => one.label.localeCompare(other.label, language)),
    [language],
  )
  return (
    <ChipsInput
      {...props}
      options={options}
      placeholder={t('findLanguage')}
      optionOf={(text) => {
        const tag = languageTag(text)
        return tag === undefined ? undefined : optionOf(tag, language)
      }}
    />
  )
}

function optionOf(tag: string, language: string) {
  const name = languageText(tag, language)
  return {
    value: tag,
    label: name === tag ? tag : name.charAt(0).toLocaleUpperCase(language) + name.slice(1),
  }
}
