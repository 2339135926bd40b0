import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useHref } from 'react-router'
import { ActionForm } from '../../components/form/action-form.tsx'
import { EmailField } from '../../components/form/email-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { useSession } from '../../session/use-session.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { Entrance } from './entrance.tsx'
import { OwnEntrance } from './own-entrance.tsx'
import { Resend } from './resend.tsx'
import { texts } from './texts.ts'

addTexts('signIn', texts)

export function Component() {
  const { t } = useTranslation('signIn')
  const { config } = useSession()
  return (
    <OwnEntrance>
      <Entrance
        title={t('forgotTitle')}
        footer={
          <Anchor component={Link} to="/sign-in" size="sm" underline="always">
            {t('toSignIn')}
          </Anchor>
        }
      >
        {config.signIn?.mail === true ? <ForgotPassword /> : <AskAdministrator />}
      </Entrance>
    </OwnEntrance>
  )
}

/** Without mails there is one way out: `upm reset-link`. */
function AskAdministrator() {
  const { t } = useTranslation('signIn')
  const { supportUrl } = useSession().config
  return (
    <Stack gap="md">
      <Text>{t('noMailServer')}</Text>
      <Text size="sm" c="dimmed">
        {t('resetLinkFor')}
      </Text>
      {supportUrl !== null && (
        <Button component="a" href={supportUrl} fullWidth>
          {t('toSupport')}
        </Button>
      )}
    </Stack>
  )
}

/** The answer is the same whether there is such an account or not. */
function ForgotPassword() {
  const { t } = useTranslation('signIn')
  const { client } = useSession()
  const [mailed, setMailed] = useState<string>()
  const redirectTo = useHref('/reset-password')
  const send = async ({ email }: { email: string }) => {
    await client.auth.requestPasswordReset({ email, redirectTo })
    setMailed(email)
  }
  const { form, field } = useForm({ fields: { email: '' }, send })

  if (mailed !== undefined) {
    return (
      <Stack gap="lg">
        <Text role="status">{t('resetSent', { email: mailed })}</Text>
        <Resend send={() => send({ email: mailed })} />
      </Stack>
    )
  }
  return (
    <ActionForm form={form} submit={t('sendReset')} fullWidth isMain>
      <Text size="sm">{t('forgotText')}</Text>
      <EmailField {...field('email')} label={t('email')} />
    </ActionForm>
  )
}
