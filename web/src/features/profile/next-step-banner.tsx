import { Text, UnstyledButton } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { nextStep, type Step } from './completeness.ts'
import classes from './next-step-banner.module.css'
import { useStepWords } from './use-step-words.ts'

type NextStepBannerProps = { steps: readonly Step[]; onJump: (id: string) => void }

/** On a phone: the one thing to do next, and the way to it. */
export function NextStepBanner({ steps, onJump }: NextStepBannerProps) {
  const { t } = useTranslation('profile')
  const words = useStepWords()
  const next = nextStep(steps)
  if (!next) return null
  return (
    <UnstyledButton className={classes.banner} onClick={() => onJump(next.id)}>
      <Text component="span" size="sm">
        <b>{t('nextStep')}</b> {words(next)} {next.percent > 0 && `(+${next.percent} %)`}
      </Text>
      <ChevronRight size={18} aria-hidden />
    </UnstyledButton>
  )
}
