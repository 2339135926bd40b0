import { Anchor, Checkbox, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionForm } from '../../components/form/action-form.tsx'
import { CodeField } from '../../components/form/code-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { texts } from './code-step-texts.ts'
import type { CodeStepProps } from './use-two-steps.ts'

addTexts('codeStep', texts)

/** The second step of a sign-in. */
export default function CodeStep({ send, onBack }: CodeStepProps) {
  const { t } = useTranslation('codeStep')
  const [isRecovery, setRecovery] = useState(false)
  const [trustDevice, setTrustDevice] = useState(false)
  const { form, field } = useForm({ fields: { code: '' }, send: ({ code }) => send({ code, trustDevice }) })
  return (
    <ActionForm form={form} submit={t('signIn')} fullWidth isMain>
      <CodeField
        {...field('code')}
        label={t(isRecovery ? 'recovery' : 'code')}
        description={t(isRecovery ? 'recoveryHint' : 'codeHint')}
        isRecovery={isRecovery}
      />
      <Checkbox
        label={t('trust')}
        description={t('trustHint')}
        checked={trustDevice}
        onChange={({ currentTarget }) => setTrustDevice(currentTarget.checked)}
      />
      <Stack gap={0} align="flex-start">
        <Anchor
          component="button"
          type="button"
          size="sm"
          underline="always"
          py={11}
          onClick={() => setRecovery(!isRecovery)}
        >
          {t(isRecovery ? 'useApp' : 'useRecovery')}
        </Anchor>
        <Anchor component="button" type="button" size="sm" underline="always" py={11} onClick={onBack}>
          {t('back')}
        </Anchor>
      </Stack>
      {isRecovery && (
        <Text size="sm" c="dimmed">
          {t('lost')}
        </Text>
      )}
    </ActionForm>
  )
}
