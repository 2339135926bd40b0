import { Button, Group, Progress, Text } from '@mantine/core'
import { useReducedMotion } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../session/use-format.ts'
import type { UploadState } from './upload-state.ts'
import classes from './upload-progress.module.css'

/** How far it is, and the way out. */
export function UploadProgress({ state, onCancel }: { state: UploadState; onCancel: () => void }) {
  const { t } = useTranslation('avatar')
  const { t: shell } = useTranslation()
  const { percent } = useFormat()
  const cancel = useRef<HTMLButtonElement>(null)
  // The button that began it is gone.
  useEffect(() => cancel.current?.focus(), [])
  const isStill = useReducedMotion()
  const share = state.at === 'sending' ? state.share : 1
  const isProcessing = state.at === 'processing'
  return (
    <Group wrap="nowrap" gap="md" className={classes.row}>
      <div className={classes.progress}>
        <Group justify="space-between" gap="xs" mb={6}>
          <Text size="sm">{isProcessing ? t('processing') : t('sending')}</Text>
          {!isProcessing && (
            <Text size="sm" className={classes.percent}>
              {percent(share)}
            </Text>
          )}
        </Group>
        <Progress.Root size="md">
          <Progress.Section
            value={Math.round(share * 100)}
            striped={isProcessing}
            animated={isProcessing && !isStill}
            aria-label={t('progress')}
          />
        </Progress.Root>
      </div>
      <Button ref={cancel} variant="default" onClick={onCancel}>
        {shell('cancel')}
      </Button>
    </Group>
  )
}
