import { Anchor, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link, useHref, useNavigate } from 'react-router'
import { ActionForm } from '../../components/form/action-form.tsx'
import { EmailField } from '../../components/form/email-field.tsx'
import { Part } from '../../components/part.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { hasPasskeys } from '../passkeys/has-passkeys.ts'
import { useSession } from '../../session/use-session.ts'
import { withNext } from './next-path.ts'
import { useTwoSteps } from './use-two-steps.ts'

export function SignInForm({ next }: { next: string }) {
  const { t } = useTranslation('signIn')
  const { signIn } = useSession()
  const navigate = useNavigate()
  const callbackURL = useHref(withNext('/sign-in?confirmed=1', next))
  const { send, second } = useTwoSteps(async (credentials) => {
    await signIn(credentials)
    void navigate(next, { replace: true })
  })
  const { form, field } = useForm({
    fields: { email: '', password: '' },
    // Whose address is not confirmed yet gets a mail, whose link leads there.
    send: (credentials) => send({ ...credentials, callbackURL }),
  })
  if (second) return <Part load={() => import('./code-step.tsx')} props={second} />
  return (
    <Stack gap="md">
      <ActionForm form={form} submit={t('signIn')} fullWidth isMain>
        <EmailField {...field('email')} label={t('email')} />
        <PasswordField {...field('password')} label={t('password')} autoComplete="current-password" />
        <Anchor component={Link} to="/forgot-password" size="sm" style={{ alignSelf: 'flex-start' }}>
          {t('forgot')}
        </Anchor>
      </ActionForm>
      {hasPasskeys() && (
        <Part
          load={() => import('../passkeys/passkey-sign-in.tsx')}
          props={{ onDone: () => void navigate(next, { replace: true }) }}
        />
      )}
    </Stack>
  )
}
