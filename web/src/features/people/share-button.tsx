import { Button, VisuallyHidden } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Check, Share2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'

type ShareButtonProps = { address: string; title: string }

/** Hands the address to what the device shares with; where it has nothing of the kind, copies it. */
export function ShareButton({ address, title }: ShareButtonProps) {
  const { t } = useTranslation('people')
  const { copied, copy } = useClipboard({ timeout: 3000 })
  async function share() {
    if (typeof navigator.share !== 'function') return copy(address)
    try {
      await navigator.share({ title, url: address })
    } catch (error) {
      // Whoever closes the list of the device has changed their mind. Anything else is no reason to share nothing.
      if (!(error instanceof DOMException && error.name === 'AbortError')) copy(address)
    }
  }
  return (
    <>
      <Button
        fullWidth
        variant="default"
        onClick={() => void share()}
        leftSection={copied ? <Check size={16} aria-hidden /> : <Share2 size={16} aria-hidden />}
      >
        {copied ? t('copied') : t('share')}
      </Button>
      <VisuallyHidden role="status">{copied && t('copied')}</VisuallyHidden>
    </>
  )
}
