import { Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { ActionForm } from '../../components/form/action-form.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { showToast } from '../../components/toast.ts'
import { useClient } from '../../session/use-session.ts'

/** Where the bundled sign-in is on. */
export function PasswordCard({ email }: { email: string | null }) {
  const { t } = useTranslation('security')
  const client = useClient()
  const queries = useQueryClient()
  const [revokeOtherSessions, setRevokeOtherSessions] = useState(true)
  const { form, field } = useForm({
    fields: { currentPassword: '', newPassword: '' },
    send: (passwords) => client.auth.changePassword({ ...passwords, revokeOtherSessions }),
    onSent: () => {
      showToast({ color: 'teal', message: t('passwordChanged') })
      void queries.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  return (
    <Card id="password" title={t('password')}>
      <ActionForm form={form} submit={t('changePassword')}>
        {/* Password managers want to know whose it is. */}
        <input type="email" autoComplete="username" value={email ?? ''} readOnly hidden />
        <PasswordField
          {...field('currentPassword')}
          label={t('currentPassword')}
          autoComplete="current-password"
        />
        <PasswordField {...field('newPassword')} label={t('newPassword')} autoComplete="new-password" />
        <Checkbox
          label={t('signOutOthers')}
          description={t('signOutOthersHint')}
          checked={revokeOtherSessions}
          onChange={({ currentTarget }) => setRevokeOtherSessions(currentTarget.checked)}
        />
      </ActionForm>
    </Card>
  )
}
