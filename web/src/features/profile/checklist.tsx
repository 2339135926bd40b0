import { Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import classes from './checklist.module.css'
import { nextStep, type Step } from './completeness.ts'
import { useStepWords } from './use-step-words.ts'

type ChecklistProps = { steps: readonly Step[]; onJump: (id: string) => void }

/** What makes a profile complete, each with the way to it; what is to be done next stands out. */
export function Checklist({ steps, onJump }: ChecklistProps) {
  const { t } = useTranslation('profile')
  const words = useStepWords()
  const next = nextStep(steps)
  return (
    <ul className={classes.list}>
      {steps.map((step) => (
        <li key={step.id}>
          <UnstyledButton
            className={classes.step}
            data-done={step.isDone}
            data-next={step === next}
            onClick={() => onJump(step.id)}
          >
            <span className={classes.sign} aria-hidden>
              {step.isDone && <Check size={14} strokeWidth={3} />}
            </span>
            <Text component="span" size="sm" className={classes.name}>
              {words(step)}
              {step.isRequired && !step.isDone && (
                <Text component="span" inherit c="var(--mantine-color-error)" aria-hidden>
                  {' *'}
                </Text>
              )}
            </Text>
            {step.isDone ? (
              <VisuallyHidden>{t('stepDone')}</VisuallyHidden>
            ) : (
              step.percent > 0 && (
                <Text component="span" size="xs" className={classes.percent}>
                  +{step.percent} %
                </Text>
              )
            )}
            {step.isRequired && !step.isDone && <VisuallyHidden>, {t('stepRequired')}</VisuallyHidden>}
          </UnstyledButton>
        </li>
      ))}
    </ul>
  )
}
