import { Button } from '@mantine/core'
import { MessageCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Price } from '../../components/public-card/content.ts'
import { PriceText } from '../../components/public-card/public-card.tsx'
import { ShareButton } from './share-button.tsx'

type OfferProps = {
  price: Price | undefined
  /** Where the platform lets strangers write to this person. */
  actionUrl: string | undefined
  address: string
  title: string
}

/** What stays beside the profile while it is read: the price, and what can be done. */
export function Offer({ price, actionUrl, address, title }: OfferProps) {
  const { t } = useTranslation('people')
  return (
    <aside className="upm-profile-offer" aria-label={t('offer')}>
      <PriceText price={price} />
      <div className="upm-profile-actions">
        {actionUrl !== undefined && (
          <Button
            fullWidth
            component="a"
            href={actionUrl}
            leftSection={<MessageCircle size={16} aria-hidden />}
          >
            {t('write')}
          </Button>
        )}
        <ShareButton address={address} title={title} />
      </div>
    </aside>
  )
}
