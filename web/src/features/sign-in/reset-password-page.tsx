import { Button, Stack, Text } from '@mantine/core'
import { isProblem } from '@upm/client'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { ActionForm } from '../../components/form/action-form.tsx'
import { NewPasswordField, useLengthFault } from '../../components/form/new-password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { useClient, useSession } from '../../session/use-session.ts'
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
        {params.has('error') ? (
          <UselessLink reason="linkSpent" />
        ) : token === null || token === '' ? (
          <UselessLink reason="linkIncomplete" />
        ) : (
          <NewPassword token={token} />
        )}
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
    checks: { newPassword: useLengthFault() },
    send: ({ newPassword }) => client.auth.resetPassword({ token, newPassword }),
    onSent: () => void navigate('/sign-in?password-changed=1', { replace: true }),
  })
  if (isProblem(form.error, 'INVALID_TOKEN')) return <UselessLink reason="linkSpent" />
  return (
    <ActionForm form={form} submit={t('setPassword')} fullWidth isMain>
      <Text size="sm">{t('resetText')}</Text>
      <NewPasswordField {...field('newPassword')} label={t('newPassword')} />
    </ActionForm>
  )
}

function UselessLink({ reason }: { reason: 'linkSpent' | 'linkIncomplete' }) {
  const { t } = useTranslation('signIn')
  const hasMail = useSession().config.signIn?.mail === true
  return (
    <Stack gap="lg">
      <Text role="alert">{t(reason)}</Text>
      <Button component={Link} to="/forgot-password" fullWidth>
        {t(hasMail ? 'newLink' : 'howToReset')}
      </Button>
    </Stack>
  )
}
