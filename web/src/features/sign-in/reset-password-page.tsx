import { Button, Stack, Text } from '@mantine/core'
import { isProblem } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { ActionForm } from '../../components/form/action-form.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { useClient } from '../../session/use-session.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { Entrance } from './entrance.tsx'
import { OwnEntrance } from './own-entrance.tsx'
import { texts } from './texts.ts'

addTexts('signIn', texts)

/** Where the link in a mail about a forgotten password leads: with `?token=…`, or with `?error=…`. */
export function Component() {
  const { t } = useTranslation('signIn')
  const [params] = useSearchParams()
  const token = params.get('token')
  return (
    <OwnEntrance>
      <Entrance title={t('resetTitle')}>
        {token === null || params.has('error') ? <LinkSpent /> : <NewPassword token={token} />}
      </Entrance>
    </OwnEntrance>
  )
}

function NewPassword({ token }: { token: string }) {
  const { t } = useTranslation('signIn')
  const client = useClient()
  const navigate = useNavigate()
  const { form, field } = useForm({
    fields: { newPassword: '' },
    send: ({ newPassword }) => client.auth.resetPassword({ token, newPassword }),
    onSent: () => void navigate('/sign-in?password-changed=1', { replace: true }),
  })
  if (isProblem(form.error, 'INVALID_TOKEN')) return <LinkSpent />
  return (
    <ActionForm form={form} submit={t('setPassword')} fullWidth isMain>
      <Text size="sm">{t('resetText')}</Text>
      <PasswordField {...field('newPassword')} label={t('newPassword')} autoComplete="new-password" />
    </ActionForm>
  )
}

function LinkSpent() {
  const { t } = useTranslation('signIn')
  return (
    <Stack gap="lg">
      <Text role="alert">{t('linkSpent')}</Text>
      <Button component={Link} to="/forgot-password" fullWidth>
        {t('newLink')}
      </Button>
    </Stack>
  )
}
