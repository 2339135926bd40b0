import { RingProgress, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

type CompletenessRingProps = { percent: number; size: number; thickness?: number; children?: ReactNode }

/** How complete a profile is, as a ring around the number, or around something else. */
export function CompletenessRing({ percent, size, thickness = 6, children }: CompletenessRingProps) {
  const { t } = useTranslation('profile')
  return (
    <RingProgress
      size={size}
      thickness={thickness}
      roundCaps={percent > 0}
      rootColor="var(--upm-line)"
      sections={[{ value: percent, color: 'var(--upm-sun, var(--mantine-color-yellow-6))' }]}
      role="img"
      aria-label={t('complete', { percent })}
      label={
        children ?? (
          <Text ta="center" fw={700} size="sm" aria-hidden>
            {percent} %
          </Text>
        )
      }
    />
  )
}
