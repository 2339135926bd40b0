import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { FormFailure } from '../../components/form/form-failure.tsx'
import { useWait } from '../../components/form/use-wait.ts'

/** Mails get lost. Whoever waits for one can have it sent again. */
export function Resend({ send }: { send: () => Promise<unknown> }) {
  const { t } = useTranslation('signIn')
  const action = useMutation({ mutationFn: send })
  const wait = useWait(action.error)
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('noMail')}
      </Text>
      <FormFailure error={action.error} fields={[]} wait={wait} />
      <Button
        variant="default"
        onClick={() => action.mutate()}
        loading={action.isPending}
        disabled={wait > 0}
      >
        {t('sendAgain')}
      </Button>
      <Text size="sm" role="status">
        {action.isSuccess && t('sentAgain')}
      </Text>
    </Stack>
  )
}
