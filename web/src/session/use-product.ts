import { useTranslation } from 'react-i18next'
import { useSession } from './use-session.ts'

/** The name of the platform; where it has none, what the page is. */
export function useProduct(): string {
  const { t } = useTranslation()
  return useSession().config.brand.name ?? t('product')
}
