import { Button, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { useProduct } from '../../session/use-product.ts'

/** They are shown once, so there are several ways to keep them. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation('secondStep')
  const clipboard = useClipboard()
  const product = useProduct()
  const text = `${product}: ${t('codes')}\n\n${codes.join('\n')}\n`
  return (
    <Stack gap="md">
      <Text size="sm">{t('savedText')}</Text>
      <SimpleGrid cols={2} component="ul" aria-label={t('codes')} p={0} m={0} style={{ listStyle: 'none' }}>
        {codes.map((code) => (
          <li key={code}>
            <Code style={{ fontSize: 'var(--mantine-font-size-md)' }}>{code}</Code>
          </li>
        ))}
      </SimpleGrid>
      <Group gap="xs">
        <Button variant="default" onClick={() => clipboard.copy(text)}>
          {t(clipboard.copied ? 'copied' : 'copy')}
        </Button>
        <Button
          variant="default"
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="recovery-codes.txt"
        >
          {t('download')}
        </Button>
        <Button variant="default" onClick={() => window.print()}>
          {t('print')}
        </Button>
      </Group>
      <Button onClick={onDone} fullWidth>
        {t('done')}
      </Button>
    </Stack>
  )
}
