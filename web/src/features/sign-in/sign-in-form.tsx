import { Anchor } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link, useHref, useNavigate } from 'react-router'
import { ActionForm } from '../../components/form/action-form.tsx'
import { EmailField } from '../../components/form/email-field.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { useSession } from '../../session/use-session.ts'
import { withNext } from './next-path.ts'
import { settleIn } from './settle-in.ts'

type SignInFormProps = {
  next: string
  /** The link that confirms the account has only just been opened. */
  isFirst: boolean
}

export function SignInForm({ next, isFirst }: SignInFormProps) {
  const { t } = useTranslation('signIn')
  const { config, signIn } = useSession()
  const navigate = useNavigate()
  const callbackURL = useHref(withNext('/sign-in?confirmed=1', next))
  const { form, field } = useForm({
    fields: { email: '', password: '' },
    // Whose address is not confirmed yet gets a mail, whose link leads there.
    send: (credentials) => signIn({ ...credentials, callbackURL }, isFirst ? settleIn : undefined),
    onSent: () => void navigate(next, { replace: true }),
  })
  return (
    <ActionForm form={form} submit={t('signIn')} fullWidth isMain>
      <EmailField {...field('email')} label={t('email')} />
      <PasswordField {...field('password')} label={t('password')} autoComplete="current-password" />
      {config.signIn?.mail === true && (
        <Anchor component={Link} to="/forgot-password" size="sm" style={{ alignSelf: 'flex-start' }}>
          {t('forgot')}
        </Anchor>
      )}
    </ActionForm>
  )
}
