/** What the page says, so that a journey finds things by the words that people see, however they are worded. */
import i18next, { type i18n } from 'i18next'
import { resources, type PageLanguage } from '../src/i18n/resources.ts'

export async function wordsIn(language: PageLanguage): Promise<i18n> {
  const words = i18next.createInstance()
  await words.init({ resources, lng: language, defaultNS: 'shell', interpolation: { escapeValue: false } })
  return words
}
