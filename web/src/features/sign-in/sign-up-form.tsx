import { TextInput } from '@mantine/core'
import { isProblem } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { useHref } from 'react-router'
import { ActionForm } from '../../components/form/action-form.tsx'
import { EmailField } from '../../components/form/email-field.tsx'
import { isEmail } from '../../components/form/email.ts'
import { NewPasswordField, useLengthFault } from '../../components/form/new-password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { useSession } from '../../session/use-session.ts'
import { AddressTaken } from './address-taken.tsx'
import type { Invitation } from './invitation.ts'
import { withNext } from './next-path.ts'
import { RoleChoice } from './role-choice.tsx'

type SignUpFormProps = {
  next: string
  /** By which link somebody has come here; its address and its role are decided. */
  invitation: Invitation | undefined
  /** The account is to be confirmed by a mail to this address first. */
  onMailed: (email: string) => void
}

export function SignUpForm({ next, invitation, onMailed }: SignUpFormProps) {
  const { t } = useTranslation('signIn')
  const { client, config, signIn } = useSession()
  const callbackURL = useHref(withNext('/sign-in?confirmed=1', next))
  const { form, field } = useForm({
    fields: { role: invitation?.role ?? '', name: '', email: invitation?.email ?? '', password: '' },
    checks: {
      email: (email) => (isEmail(email) ? undefined : t('emailForm')),
      password: useLengthFault(),
    },
    send: async (account) => {
      const { email, password } = account
      const { data } = await client.auth.signUp({ ...account, callbackURL, invitation: invitation?.token })
      // A link that came by mail has confirmed the address.
      if (config.signIn?.mail === true && !data.user.emailVerified) return onMailed(email)
      // A sign-up does not sign in, so that nobody learns from it whose address it is.
      await signIn({ email, password })
    },
  })
  // The account was made just now, unless there was one already, with another password.
  const isTaken = isProblem(form.error, 'INVALID_EMAIL_OR_PASSWORD')
  const name = field('name')
  return (
    <ActionForm
      form={form}
      submit={t('signUp')}
      fullWidth
      isMain
      failure={isTaken ? <AddressTaken next={next} /> : undefined}
    >
      {!invitation?.role && <RoleChoice {...field('role')} />}
      <TextInput
        {...name}
        id="name"
        label={t('name')}
        onChange={({ currentTarget }) => name.onChange(currentTarget.value)}
        autoComplete="name"
        attributes={{ input: { dir: 'auto' } }}
      />
      <EmailField
        {...field('email')}
        label={t('email')}
        description={invitation && t('invitedAddress')}
        readOnly={invitation !== undefined}
      />
      <NewPasswordField {...field('password')} label={t('password')} />
    </ActionForm>
  )
}
