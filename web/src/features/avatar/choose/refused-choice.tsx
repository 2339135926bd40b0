import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { ImageOff } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../session/use-format.ts'
import type { Refusal } from './refusal.ts'
import classes from '../photo-dialog.module.css'

type RefusedChoiceProps = {
  refusal: Refusal
  onCancel: () => void
  onChooseAnother: () => void
}

/** Why a file is not taken, and what to do about it. */
export function RefusedChoice({ refusal, onCancel, onChooseAnother }: RefusedChoiceProps) {
  const { t } = useTranslation('avatar')
  const { t: shell } = useTranslation()
  const { reason } = refusal
  const wayOut = useRef<HTMLButtonElement>(null)
  // What stood here before has taken the keyboard with it.
  useEffect(() => wayOut.current?.focus(), [])
  return (
    <Stack gap="lg">
      <Alert color="red" icon={<ImageOff aria-hidden />} title={t(`refusal.${reason}`)} role="alert">
        <Text size="sm">
          <RefusalText refusal={refusal} />
        </Text>
      </Alert>
      <Group justify="flex-end" className={classes.actions}>
        <Button variant="default" onClick={onCancel}>
          {shell('cancel')}
        </Button>
        {reason === 'page' ? (
          // A script that did not come once is not asked for again by the same page.
          <Button ref={wayOut} onClick={() => location.reload()}>
            {shell('reload')}
          </Button>
        ) : (
          <Button ref={wayOut} onClick={onChooseAnother}>
            {t('chooseAnother')}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

function RefusalText({ refusal }: { refusal: Refusal }) {
  const { t } = useTranslation('avatar')
  const { fileSize } = useFormat()
  if (refusal.reason !== 'large') return t(`refusal.${refusal.reason}Text`)
  const { bytes, maxBytes } = refusal
  return t('refusal.largeText', { bytes: fileSize(bytes, 'ceil'), maxBytes: fileSize(maxBytes, 'floor') })
}
