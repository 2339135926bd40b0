import { Code, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/dialog.tsx'
import { ActionForm } from '../../components/form/action-form.tsx'
import { CodeField } from '../../components/form/code-field.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { showToast } from '../../components/toast.ts'
import { useClient } from '../../session/use-session.ts'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import type { Task } from './second-step-card.tsx'

type DialogProps = { task: Task; close: () => void }

export default function SecondStepDialog({ task, close }: DialogProps) {
  const { t } = useTranslation('secondStep')
  const [codes, setCodes] = useState<readonly string[]>()
  const title = { 'set-up': t('setupTitle'), renew: t('renewTitle'), 'turn-off': t('offTitle') }[task]
  return (
    <Dialog
      opened
      onClose={close}
      title={codes ? t('savedTitle') : title}
      // What is shown once is not lost by a click beside it.
      closeOnClickOutside={false}
      closeOnEscape={codes === undefined}
      withCloseButton={codes === undefined}
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={close} />
      ) : task === 'set-up' ? (
        <SetUp onCodes={setCodes} />
      ) : task === 'renew' ? (
        <Renew onCodes={setCodes} />
      ) : (
        <TurnOff onDone={close} />
      )}
    </Dialog>
  )
}

function SetUp({ onCodes }: { onCodes: (codes: readonly string[]) => void }) {
  const { t } = useTranslation('secondStep')
  const client = useClient()
  const [uri, setUri] = useState<string>()
  const { form, field } = useForm({
    fields: { password: '' },
    send: async ({ password }) => setUri((await client.auth.enableSecondStep(password)).data.totpURI),
  })
  if (uri !== undefined) return <FirstCode uri={uri} onCodes={onCodes} />
  return (
    <ActionForm form={form} submit={t('next')} fullWidth isMain>
      <Text size="sm">{t('passwordText')}</Text>
      <PasswordField
        {...field('password')}
        id="proof-password"
        label={t('password')}
        autoComplete="current-password"
        data-autofocus
      />
    </ActionForm>
  )
}

function FirstCode({ uri, onCodes }: { uri: string; onCodes: (codes: readonly string[]) => void }) {
  const { t } = useTranslation('secondStep')
  const client = useClient()
  const key = new URL(uri).searchParams.get('secret') ?? ''
  const { form, field } = useForm({
    fields: { code: '' },
    send: async ({ code }) => {
      const { data } = await client.auth.verifySecondStep(code)
      showToast({ color: 'teal', message: t('isOn') })
      onCodes(data.backupCodes)
    },
  })
  return (
    <ActionForm form={form} submit={t('confirm')} fullWidth isMain>
      <Text size="sm">{t('scan')}</Text>
      <QrCode text={uri} label={t('picture')} />
      <Stack gap={4}>
        <Text size="sm">{t('type')}</Text>
        <Code style={{ overflowWrap: 'anywhere', fontSize: 'var(--mantine-font-size-sm)' }}>
          {key.match(/.{1,4}/g)?.join(' ')}
        </Code>
      </Stack>
      <CodeField {...field('code')} label={t('code')} />
    </ActionForm>
  )
}

function Renew({ onCodes }: { onCodes: (codes: readonly string[]) => void }) {
  const { t } = useTranslation('secondStep')
  const client = useClient()
  return (
    <Proof
      text={t('renewText')}
      submit={t('renew')}
      send={async (proof) => onCodes((await client.auth.renewRecoveryCodes(proof)).data.backupCodes)}
    />
  )
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('secondStep')
  const client = useClient()
  return (
    <Proof
      text={t('offText')}
      submit={t('turnOff')}
      send={async (proof) => {
        await client.auth.disableSecondStep(proof)
        showToast({ color: 'teal', message: t('isOff') })
        onDone()
      }}
    />
  )
}

type ProofProps = {
  text: string
  submit: string
  send: (proof: { password: string; code: string }) => Promise<void>
}

/** With the password and a code: who finds a page open can take nothing away. */
function Proof({ text, submit, send }: ProofProps) {
  const { t } = useTranslation('secondStep')
  const { form, field } = useForm({ fields: { password: '', code: '' }, send })
  return (
    <ActionForm form={form} submit={submit} fullWidth isMain>
      <Text size="sm">{text}</Text>
      <PasswordField
        {...field('password')}
        id="proof-password"
        label={t('password')}
        autoComplete="current-password"
        data-autofocus
      />
      <CodeField {...field('code')} label={t('proof')} isRecovery />
    </ActionForm>
  )
}
