import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useProfile } from './queries.ts'
import { createFormat, type Format } from '../i18n/format.ts'
import { pageLanguage } from '../i18n/i18n.ts'

/** Formats in the language of the page and the time zone of the account. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  const { data } = useProfile()
  const zone = data?.data.settings.timezone ?? 'UTC'
  const locale = regionalLocale(pageLanguage(i18n.language))
  return useMemo(() => createFormat(locale, zone), [locale, zone])
}

/** The language as the reader's own region writes it, so far as the browser says: `en-GB` has a day of 24 hours. */
function regionalLocale(language: string): string {
  return navigator.languages.find((code) => code.startsWith(`${language}-`)) ?? language
}
