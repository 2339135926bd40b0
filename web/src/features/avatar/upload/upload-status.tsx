import { Text, VisuallyHidden } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { UploadState } from './upload-state.ts'

/** Says beginnings and ends; the percents in between are there to be looked at. */
export function UploadStatus({ state }: { state: UploadState }) {
  const { t } = useTranslation('avatar')
  return (
    <div role="status">
      {state.at === 'sending' && <VisuallyHidden>{t('sendingSpoken')}</VisuallyHidden>}
      {state.at === 'processing' && <VisuallyHidden>{t('processing')}</VisuallyHidden>}
      {state.at === 'cancelled' && (
        <Text size="sm">{state.isLate ? t('cancelledLate') : t('cancelled')}</Text>
      )}
    </div>
  )
}
