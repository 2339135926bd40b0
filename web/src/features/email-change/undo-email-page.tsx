import { useTranslation } from 'react-i18next'
import { useHref } from 'react-router'
import { addTexts } from '../../i18n/i18n.ts'
import { useSession } from '../../session/use-session.ts'
import { OwnSignIn } from '../sign-in/own-sign-in.tsx'
import { LinkPage } from './link-page.tsx'
import { texts } from './texts.ts'

addTexts('emailChange', texts)

/** Where the mail to the old address leads. Whoever has the account now may not be its owner: nobody has to be signed in. */
export function Component() {
  return (
    <OwnSignIn>
      <UndoEmail />
    </OwnSignIn>
  )
}

function UndoEmail() {
  const { t } = useTranslation('emailChange')
  const { client, signOut } = useSession()
  const newPassword = useHref('/reset-password')
  return (
    <LinkPage
      title={t('undoTitle')}
      text={t('undoText')}
      submit={t('undo')}
      send={async (token) => {
        const { data } = await client.auth.undoEmailChange(token)
        // The session of this browser has ended, too, or is that of somebody else, who chooses no password here.
        await signOut()
        location.assign(`${newPassword}?token=${encodeURIComponent(data.resetToken)}`)
      }}
    />
  )
}
