import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/card.tsx'
import { ActionForm } from '../../components/form/action-form.tsx'
import { EmailField } from '../../components/form/email-field.tsx'
import { isEmail } from '../../components/form/email.ts'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { useClient, useSession } from '../../session/use-session.ts'
import { texts } from '../email-change/texts.ts'
import type { PartProps } from './parts.ts'

addTexts('emailChange', texts)

/** The address that somebody signs in with. The form is folded until somebody asks for it. */
export default function EmailCard({ user: { email } }: PartProps) {
  const { t } = useTranslation('emailChange')
  const { t: security } = useTranslation('security')
  const { t: shell } = useTranslation()
  const hasMail = useSession().config.signIn?.mail === true
  const [isOpen, setOpen] = useState(false)
  const [sentTo, setSentTo] = useState<string>()
  const hint = email === null ? security('noEmailHint') : t(hasMail ? 'hint' : 'noMailHint')
  const cancel = (
    <Button variant="subtle" size="compact-sm" onClick={() => setOpen(false)}>
      {shell('cancel')}
    </Button>
  )
  return (
    <Card
      id="email"
      title={security('email')}
      description={isOpen ? t('formHint') : hint}
      aside={isOpen && cancel}
    >
      {email !== null && (
        <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
      )}
      {sentTo !== undefined && !isOpen && <Text role="status">{t('sent', { email: sentTo })}</Text>}
      {email !== null && isOpen && (
        <EmailForm
          onSent={(address) => {
            setSentTo(address)
            setOpen(false)
          }}
        />
      )}
      {email !== null && hasMail && !isOpen && (
        <Button variant="default" style={{ alignSelf: 'flex-start' }} onClick={() => setOpen(true)}>
          {t('change')}
        </Button>
      )}
    </Card>
  )
}

function EmailForm({ onSent }: { onSent: (address: string) => void }) {
  const { t } = useTranslation('emailChange')
  const client = useClient()
  const { form, field } = useForm({
    fields: { newEmail: '', password: '' },
    checks: { newEmail: (value) => (isEmail(value) ? undefined : t('emailForm')) },
    send: async ({ newEmail, password }) => {
      await client.auth.changeEmail({ newEmail, password })
      onSent(newEmail.trim())
    },
  })
  return (
    <ActionForm form={form} submit={t('send')} isMain>
      <EmailField {...field('newEmail')} label={t('newEmail')} autoComplete="email" />
      <PasswordField
        {...field('password')}
        id="own-password"
        label={t('password')}
        autoComplete="current-password"
      />
    </ActionForm>
  )
}
