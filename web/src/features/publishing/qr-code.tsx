import { Button, Stack, Text } from '@mantine/core'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { encode } from 'uqr'
import { qrPath } from './qr-path.ts'
import classes from './share-address.module.css'

type QrCodeProps = { address: string; name: string }

/** The default export of a module that is loaded when it is needed. */
export default function QrCodeView({ address, name }: QrCodeProps) {
  const { t } = useTranslation('publishing')
  const { data, size } = encode(address, { ecc: 'M', border: 4 })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="1024" height="1024" shape-rendering="crispEdges"><path fill="white" d="M0 0h${size}v${size}H0z"/><path fill="black" d="${qrPath(data)}"/></svg>`
  return (
    <Stack gap="md">
      {/* Always dark on light, as many cameras read no other. */}
      <svg viewBox={`0 0 ${size} ${size}`} className={classes.code} role="img" aria-label={t('qrTitle')}>
        <path fill="white" d={`M0 0h${size}v${size}H0z`} />
        <path fill="black" d={qrPath(data)} />
      </svg>
      <Text size="sm" c="dimmed">
        {t('qrText')}
      </Text>
      <Button
        component="a"
        variant="default"
        leftSection={<Download size={16} aria-hidden />}
        href={`data:image/svg+xml,${encodeURIComponent(svg)}`}
        download={`${name.trim() || 'profile'}.svg`}
      >
        {t('qrDownload')}
      </Button>
    </Stack>
  )
}
