import i18next, { type CustomTypeOptions } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { keepChoice } from './kept-choice.ts'

export type PageLanguage = 'uk' | 'en'

const STORAGE_KEY = 'upm.language'

const written: readonly PageLanguage[] = ['uk', 'en']

/** The language in which the page has texts for this code; English for all the others. */
export function pageLanguage(code: string): PageLanguage {
  return written.find((language) => code === language || code.startsWith(`${language}-`)) ?? 'en'
}

/** Before anybody has signed in: what was used here last, else what the browser prefers of what is offered. */
export function initialLanguage(offered: readonly string[], fallback: string): string {
  const kept = readKept()
  if (kept !== null && offered.includes(kept)) return kept
  const preferred = navigator.languages
    .map((wanted) => offered.find((code) => wanted === code || wanted.startsWith(`${code}-`)))
    .find((code) => code !== undefined)
  return preferred ?? fallback
}

/** @param texts those of what is always there; a feature adds its own when its screen comes. */
export async function startI18n(language: string, texts: Record<PageLanguage, object>): Promise<void> {
  i18next.on('languageChanged', (code) => {
    document.documentElement.lang = pageLanguage(code)
  })
  await i18next.use(initReactI18next).init({
    resources: { uk: { shell: texts.uk }, en: { shell: texts.en } },
    lng: language,
    fallbackLng: 'en',
    defaultNS: 'shell',
    interpolation: { escapeValue: false },
    returnNull: false,
  })
}

/** Adds the texts of a feature, which come with its screen. */
export function addTexts(
  namespace: keyof CustomTypeOptions['resources'],
  texts: Record<PageLanguage, object>,
): void {
  for (const language of written) i18next.addResourceBundle(language, namespace, texts[language])
}

export function changeLanguage(code: string): void {
  keepChoice('upm.language', code)
  try {
    localStorage.setItem(STORAGE_KEY, code)
  } catch {
    // Without storage (a private window) the choice lasts as long as the page.
  }
  if (i18next.language !== code) void i18next.changeLanguage(code)
}

function readKept(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null
  }
}
