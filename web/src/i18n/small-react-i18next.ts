/** What the build takes for react-i18next, as small-i18next.ts for i18next. */
import { useMemo, useSyncExternalStore } from 'react'
import i18n, { type SmallI18next, type Translate } from './small-i18next.ts'

/** For i18next to know React; here it does. */
export const initReactI18next = { type: '3rdParty' }

export function useTranslation(namespace?: string): { t: Translate; i18n: SmallI18next } {
  const language = useSyncExternalStore(subscribe, readLanguage)
  // Another language is another function, so that whoever depends on it draws anew.
  const t = useMemo(() => i18n.getFixedT(language, namespace), [language, namespace])
  return { t, i18n }
}

function subscribe(listener: () => void): () => void {
  i18n.on('languageChanged', listener)
  return () => i18n.off('languageChanged', listener)
}

function readLanguage(): string {
  return i18n.language
}
