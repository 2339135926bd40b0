import { Anchor, CloseButton, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import type { ProfileType } from '@upm/client'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldLabel } from '../../fields/field-schema.ts'
import { useWords } from '../../fields/use-words.ts'
import type { ProfileAnswer } from '../../session/queries.ts'
import { stepsOf, type Step } from './completeness.ts'

type NextStepsProps = { document: ProfileAnswer['data']; type: ProfileType | undefined }

/** Where to go next, for somebody who has just signed up: what the profile lacks, until it is there or waved aside. */
export function NextSteps({ document, type }: NextStepsProps) {
  const { t } = useTranslation('profile')
  const id = useId()
  const [isHidden, setHidden] = useLocalStorage({
    key: `upm.next-steps-hidden.${document.user.id}`,
    defaultValue: false,
  })
  const steps = stepsOf(document, type)
  const done = steps.filter(({ isDone }) => isDone).length
  if (isHidden || done === steps.length) return null
  return (
    <Paper component="section" aria-labelledby={id} withBorder p={{ base: 'md', sm: 'lg' }}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title id={id} order={2} size="h5">
            {t('nextSteps', { done, all: steps.length })}
          </Title>
          <CloseButton aria-label={t('nextStepsHide')} onClick={() => setHidden(true)} />
        </Group>
        <Progress.Root>
          <Progress.Section value={(done / steps.length) * 100} aria-labelledby={id} />
        </Progress.Root>
        <Text size="sm" component="div">
          {t('nextStepsMissing')}{' '}
          {steps
            .filter(({ isDone }) => !isDone)
            .map((step, index) => (
              <span key={step.id}>
                {index > 0 && ' · '}
                <StepLink step={step} />
              </span>
            ))}
        </Text>
      </Stack>
    </Paper>
  )
}

function StepLink({ step }: { step: Step }) {
  const { t } = useTranslation('profile')
  const { label } = useWords()
  return (
    <Anchor component="button" type="button" onClick={() => window.document.getElementById(step.id)?.focus()}>
      {step.field ? fieldLabel(step.field, label) : t('photo')}
    </Anchor>
  )
}
