import { Button, Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { Card } from '../../components/card.tsx'
import { ActionForm } from '../../components/form/action-form.tsx'
import { NewPasswordField, useLengthFault } from '../../components/form/new-password-field.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { showToast } from '../../components/toast.ts'
import { useClient } from '../../session/use-session.ts'
import type { PartProps } from './parts.ts'

/** Folded, until somebody asks for it, or comes for it (`/.well-known/change-password`). */
export default function PasswordCard({ user: { email } }: PartProps) {
  const { t } = useTranslation('security')
  const { t: shell } = useTranslation()
  const { hash, key } = useLocation()
  const isWanted = hash === '#password'
  const [isOpen, setOpen] = useState(isWanted)
  const [seen, setSeen] = useState(key)
  if (seen !== key) {
    setSeen(key)
    if (isWanted) setOpen(true)
  }
  const close = () => setOpen(false)
  const cancel = (
    <Button variant="subtle" size="compact-sm" onClick={close}>
      {shell('cancel')}
    </Button>
  )
  return (
    <Card
      id="password"
      title={t('password')}
      description={isOpen ? undefined : t('passwordHint')}
      aside={isOpen && cancel}
    >
      {isOpen ? (
        <PasswordForm email={email} close={close} />
      ) : (
        <Button variant="default" style={{ alignSelf: 'flex-start' }} onClick={() => setOpen(true)}>
          {t('changePassword')}
        </Button>
      )}
    </Card>
  )
}

function PasswordForm({ email, close }: { email: string | null; close: () => void }) {
  const { t } = useTranslation('security')
  const client = useClient()
  const queries = useQueryClient()
  const [revokeOtherSessions, setRevokeOtherSessions] = useState(true)
  const { form, field } = useForm({
    fields: { currentPassword: '', newPassword: '' },
    checks: { newPassword: useLengthFault() },
    send: (passwords) => client.auth.changePassword({ ...passwords, revokeOtherSessions }),
    onSent: () => {
      showToast({ color: 'teal', message: t('passwordChanged') })
      close()
      void queries.invalidateQueries({ queryKey: ['sessions'] })
      void queries.invalidateQueries({ queryKey: ['activity'] })
    },
  })
  return (
    <ActionForm form={form} submit={t('savePassword')} isMain>
      {/* Password managers want to know whose it is. */}
      <input type="email" autoComplete="username" value={email ?? ''} readOnly hidden />
      <PasswordField
        {...field('currentPassword')}
        label={t('currentPassword')}
        autoComplete="current-password"
      />
      <NewPasswordField {...field('newPassword')} label={t('newPassword')} />
      <Checkbox
        label={t('signOutOthers')}
        description={t('signOutOthersHint')}
        checked={revokeOtherSessions}
        onChange={({ currentTarget }) => setRevokeOtherSessions(currentTarget.checked)}
      />
    </ActionForm>
  )
}
