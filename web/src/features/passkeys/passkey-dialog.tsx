import { Text, TextInput } from '@mantine/core'
import type { Passkey } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/dialog.tsx'
import { ActionForm } from '../../components/form/action-form.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm, type FieldProps } from '../../components/form/use-form.ts'
import { showToast } from '../../components/toast.ts'
import { deviceOf } from '../../i18n/device.ts'
import { useClient } from '../../session/use-session.ts'
import type { PasskeyTask } from './passkeys-card.tsx'
import { createPasskey, isCancelled, isThere } from './webauthn.ts'

type DialogProps = { task: PasskeyTask; close: () => void }

export default function PasskeyDialog({ task, close }: DialogProps) {
  const { t } = useTranslation('passkeys')
  const title = { add: t('addTitle'), rename: t('renameTitle'), remove: t('removeTitle') }[task.kind]
  return (
    <Dialog opened onClose={close} title={title}>
      {task.kind === 'add' ? (
        <Add close={close} />
      ) : task.kind === 'rename' ? (
        <Rename passkey={task.passkey} close={close} />
      ) : (
        <Remove passkey={task.passkey} close={close} />
      )}
    </Dialog>
  )
}

/** `Firefox, Linux`: where it was made, until somebody calls it otherwise. */
function deviceName(fallback: string): string {
  const device = deviceOf(navigator.userAgent)
  if (!device) return fallback
  return [device.program.replace(/ \d+$/, ''), device.system].filter((part) => part !== null).join(', ')
}

function Add({ close }: { close: () => void }) {
  const { t } = useTranslation('passkeys')
  const client = useClient()
  const { form, field } = useForm({
    fields: { name: deviceName(t('thisDevice')), password: '' },
    send: async ({ name, password }) => {
      const { data } = await client.auth.passkeyCreation(password)
      try {
        await client.auth.addPasskey({ name: name.trim(), response: await createPasskey(data) })
      } catch (error) {
        // The device has said why already, or the person has changed their mind.
        if (!isCancelled(error) && !isThere(error)) throw error
        return showToast({ color: 'yellow', message: t(isThere(error) ? 'there' : 'cancelled') })
      }
      showToast({ color: 'teal', message: t('added') })
      close()
    },
  })
  return (
    <ActionForm form={form} submit={t('add')} fullWidth>
      <Text size="sm">{t('addText')}</Text>
      <NameField {...field('name')} />
      <PasswordField
        {...field('password')}
        id="passkey-password"
        label={t('password')}
        autoComplete="current-password"
        data-autofocus
      />
    </ActionForm>
  )
}

function Rename({ passkey, close }: { passkey: Passkey; close: () => void }) {
  const { t } = useTranslation('passkeys')
  const client = useClient()
  const { form, field } = useForm({
    fields: { name: passkey.name },
    send: ({ name }) => client.auth.renamePasskey(passkey.id, name.trim()),
    onSent: close,
  })
  return (
    <ActionForm form={form} submit={t('save')} fullWidth isMain>
      <NameField {...field('name')} />
    </ActionForm>
  )
}

function Remove({ passkey, close }: { passkey: Passkey; close: () => void }) {
  const { t } = useTranslation('passkeys')
  const client = useClient()
  const { form, field } = useForm({
    fields: { password: '' },
    send: ({ password }) => client.auth.removePasskey(passkey.id, password),
    onSent: () => {
      showToast({ color: 'teal', message: t('removed') })
      close()
    },
  })
  return (
    <ActionForm form={form} submit={t('remove')} fullWidth isMain>
      <Text size="sm">{t('removeText', { name: passkey.name })}</Text>
      <PasswordField
        {...field('password')}
        id="passkey-password"
        label={t('password')}
        autoComplete="current-password"
      />
    </ActionForm>
  )
}

function NameField({ name, onChange, ...input }: FieldProps) {
  const { t } = useTranslation('passkeys')
  return (
    <TextInput
      {...input}
      id={`passkey-${name}`}
      name={name}
      label={t('name')}
      maxLength={60}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}
