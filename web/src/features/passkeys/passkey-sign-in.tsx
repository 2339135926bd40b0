import { Button, Divider, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { FormFailure } from '../../components/form/form-failure.tsx'
import { addTexts } from '../../i18n/i18n.ts'
import { useSession } from '../../session/use-session.ts'
import { texts } from './texts.ts'
import { askPasskey, isCancelled } from './webauthn.ts'

addTexts('passkeys', texts)

/** The other way in, for browsers that have it. It comes after the form, which nobody waits for it. */
export default function PasskeySignIn({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('passkeys')
  const { client, signInWithPasskey } = useSession()
  const entering = useMutation({
    mutationFn: async () => {
      const { data } = await client.auth.passkeyRequest()
      try {
        await signInWithPasskey({ response: await askPasskey(data) })
      } catch (error) {
        if (isCancelled(error)) return
        throw error
      }
      onDone()
    },
  })
  return (
    <Stack gap="md">
      <Divider label={t('or')} />
      <FormFailure error={entering.error} fields={[]} />
      <Button
        variant="default"
        fullWidth
        leftSection={<KeyRound size={18} aria-hidden />}
        loading={entering.isPending}
        onClick={() => entering.mutate()}
      >
        {t('signIn')}
      </Button>
    </Stack>
  )
}
