import { Anchor, Button, Stack, Text } from '@mantine/core'
import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHref, useLocation } from 'react-router'
import { Dialog } from '../../components/dialog.tsx'
import { ActionForm } from '../../components/form/action-form.tsx'
import { EmailField } from '../../components/form/email-field.tsx'
import { PasswordField } from '../../components/form/password-field.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { Part } from '../../components/part.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useSession } from '../../session/use-session.ts'
import { texts } from './texts.ts'
import { useTwoSteps } from './use-two-steps.ts'

addTexts('signIn', texts)

/** Over the screen of somebody whose session has ended: with the password what they were doing goes on. */
export default function EndedDialog() {
  const { t } = useTranslation('signIn')
  const { config } = useSession()
  return (
    <Dialog
      opened
      // There is nothing to go back to: one signs in, or leaves the screen.
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('endedTitle')}
      // Above other dialogs of the screen.
      zIndex={400}
      overlayProps={{ blur: 4 }}
    >
      {config.signIn === null ? <Outside url={config.signInUrl} /> : <Password />}
    </Dialog>
  )
}

function Password() {
  const { t } = useTranslation('signIn')
  const { signIn, endedPerson, giveUp } = useSession()
  // It stays while the dialog closes, when nobody is waited for any more.
  const [person] = useState(endedPerson)
  const forgot = useHref('/forgot-password')
  const { send, second } = useTwoSteps(signIn)
  const { form, field } = useForm({ fields: { email: person?.email ?? '', password: '' }, send })
  if (second) return <Part load={() => import('./code-step.tsx')} props={second} />
  return (
    <ActionForm form={form} submit={t('signIn')} fullWidth>
      <Text size="sm">{t('endedText')}</Text>
      <EmailField {...field('email')} label={t('email')} readOnly={person?.email !== undefined} />
      <PasswordField
        {...field('password')}
        label={t('password')}
        autoComplete="current-password"
        data-autofocus
      />
      <Stack gap={0} align="flex-start">
        {/* In another tab: this one has what is not saved yet, and goes on when one is signed in there. */}
        <Anchor href={forgot} target="_blank" size="sm" underline="always" py={11}>
          {t('forgot')}
        </Anchor>
        <Anchor component="button" type="button" size="sm" underline="always" py={11} onClick={giveUp}>
          {t('otherAccount')}
        </Anchor>
      </Stack>
    </ActionForm>
  )
}

/** Another service signs people in, and sends them back to this screen, which has kept its draft. */
function Outside({ url }: { url: string | null }) {
  const { t } = useTranslation('signIn')
  const { outsideSignIn } = useSession()
  const { pathname, search } = useLocation()
  const returnTo = `${location.origin}${useHref(pathname + search)}`

  function leave() {
    const address = outsideSignIn(returnTo)
    if (address !== null) location.assign(address)
  }

  if (url === null) return <Text>{t('outsideUnknown')}</Text>
  return (
    <Stack gap="lg">
      <Text size="sm">{t('endedOutside', { host: new URL(url).host })}</Text>
      <Button onClick={leave} fullWidth rightSection={<ExternalLink size={16} aria-hidden />} data-autofocus>
        {t('toOutside')}
      </Button>
    </Stack>
  )
}
