import { changeLanguage } from '../i18n/i18n.ts'
import { useSaveSettings } from './use-save-settings.ts'
import { useSessionState } from './use-session.ts'

/** Switches the page to another language at once, and the account of whoever is signed in along with it. */
export function useChooseLanguage(options: { onError?: (error: unknown) => void } = {}) {
  const isSignedIn = useSessionState() === 'signed-in'
  const saving = useSaveSettings(options)

  function choose(code: string) {
    changeLanguage(code)
    if (isSignedIn) saving.mutate({ ui_language: code })
  }

  return { choose, saving }
}
