import { useEffect } from 'react'
import { changeLanguage } from '../i18n/i18n.ts'
import { useProfile } from './queries.ts'

/** The page speaks the language that the account has chosen, on whichever device. */
export function useFollowSettings(): void {
  const { data } = useProfile()
  const language = data?.data.settings.ui_language
  useEffect(() => {
    if (language !== undefined) changeLanguage(language)
  }, [language])
}
