import { fieldErrorsAt, type Settings } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { explain } from '../explain.ts'
import type { SavingSettings } from '../../session/use-save-settings.ts'

/** Why a setting was not saved: what the server says of it, else what went wrong. */
export function useSettingError({ error }: SavingSettings, name: keyof Settings): string | undefined {
  const { t } = useTranslation()
  if (!error) return undefined
  return fieldErrorsAt(error, name)[0]?.message ?? explain(error, t).title
}
