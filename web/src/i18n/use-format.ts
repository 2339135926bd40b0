import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useProfile } from '../session/queries.ts'
import { createFormat, type Format } from './format.ts'
import { pageLanguage } from './i18n.ts'

/** Formats in the language of the page and the time zone of the account. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  const { data } = useProfile()
  const zone = data?.data.settings.timezone ?? 'UTC'
  const language = pageLanguage(i18n.language)
  return useMemo(() => createFormat(language, zone), [language, zone])
}
