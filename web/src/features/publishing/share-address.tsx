import { Anchor, Button, CopyButton, Text, VisuallyHidden } from '@mantine/core'
import { Check, Copy, ExternalLink, QrCode, Share2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Dialog } from '../../components/dialog.tsx'
import { Part } from '../../components/part.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import classes from './share-address.module.css'
import { texts } from './texts.ts'

addTexts('publishing', texts)

const loadQrCode = () => import('./qr-code.tsx')

type ShareAddressProps = {
  /** Where everybody finds the profile, absolute. */
  address: string
  /** The same as an address of this page. */
  path: string
  /** Whose profile it is. */
  name: string
}

/** What one does with a profile that others can see: give its address to somebody. */
export function ShareAddress({ address, path, name }: ShareAddressProps) {
  const { t } = useTranslation('publishing')
  const [hasCode, setCode] = useState(false)
  return (
    <div className={classes.share}>
      <Text size="sm" className={classes.address}>
        <VisuallyHidden>{t('address')}: </VisuallyHidden>
        {address.replace(/^https?:\/\//, '')}
      </Text>
      <div className={classes.buttons}>
        <CopyButton value={address} timeout={3000}>
          {({ copied, copy }) => (
            <>
              <Button
                size="sm"
                variant="default"
                onClick={copy}
                leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
              >
                {copied ? t('copied') : t('copy')}
              </Button>
              <VisuallyHidden role="status">{copied && t('copied')}</VisuallyHidden>
            </>
          )}
        </CopyButton>
        {'share' in navigator && (
          <Button
            size="sm"
            variant="default"
            leftSection={<Share2 size={16} aria-hidden />}
            onClick={() => void share({ title: name, url: address })}
          >
            {t('share')}
          </Button>
        )}
        <Button
          size="sm"
          variant="default"
          leftSection={<QrCode size={16} aria-hidden />}
          onClick={() => setCode(true)}
        >
          {t('qr')}
        </Button>
      </div>
      <Anchor component={Link} to={path} size="sm" className={classes.view}>
        {t('view')} <ExternalLink size={14} aria-hidden />
      </Anchor>
      <Dialog opened={hasCode} onClose={() => setCode(false)} title={t('qrTitle')} size="sm">
        <Part load={loadQrCode} props={{ address, name }} loading={<div className={classes.code} />} />
      </Dialog>
    </div>
  )
}

/** Somebody who changes their mind has made no mistake. */
async function share(what: ShareData): Promise<void> {
  try {
    await navigator.share(what)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
  }
}
