import { Anchor, Button, CopyButton, Paper, Text, VisuallyHidden } from '@mantine/core'
import { Check, Copy, Globe, LockKeyhole } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useHref } from 'react-router'
import type { ProfileAnswer } from '../../session/queries.ts'
import classes from './owner-banner.module.css'

/** For the owner alone: who sees this, and how to change that. */
export function OwnerBanner({ document: { settings, user } }: { document: ProfileAnswer['data'] }) {
  const { t } = useTranslation('people')
  const address = `${location.origin}${useHref(`/people/${user.id}`)}`
  if (!settings.privacy_public_profile) {
    return (
      <Paper withBorder className={classes.banner} role="note">
        <LockKeyhole size={20} aria-hidden className={classes.icon} />
        <Text size="sm" className={classes.words}>
          {t('onlyYou')}{' '}
          <Anchor component={Link} to="/visibility" inherit underline="always">
            {t('makePublic')}
          </Anchor>
        </Text>
      </Paper>
    )
  }
  return (
    <Paper withBorder className={classes.banner} role="note">
      <Globe size={20} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <Text size="sm">{t('everybody')}</Text>
        <Text size="xs" c="dimmed">
          {address}
        </Text>
      </div>
      <CopyAddress address={address} />
    </Paper>
  )
}

function CopyAddress({ address }: { address: string }) {
  const { t } = useTranslation('people')
  return (
    <CopyButton value={address} timeout={3000}>
      {({ copied, copy }) => (
        <>
          <Button
            size="xs"
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
  )
}
