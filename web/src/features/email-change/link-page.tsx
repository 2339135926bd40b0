import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { Failure } from '../../components/query-state.tsx'
import { Entrance } from '../sign-in/entrance.tsx'
import { linkToken } from './link-token.ts'

type LinkPageProps = {
  title: string
  text: string
  /** What the button says. */
  submit: string
  color?: string
  send: (token: string) => Promise<void>
}

/** Where a link in a mail leads. It does nothing before somebody presses the button: programs open links, too. */
export function LinkPage({ title, text, submit, color, send }: LinkPageProps) {
  const { t } = useTranslation('emailChange')
  const token = linkToken(useLocation().hash)
  const sending = useMutation({ mutationFn: send })
  return (
    <Entrance title={title}>
      {token === undefined ? (
        <Text role="alert">{t('incomplete')}</Text>
      ) : (
        <Stack gap="lg">
          {sending.error ? <Failure error={sending.error} /> : <Text>{text}</Text>}
          <Button fullWidth color={color} loading={sending.isPending} onClick={() => sending.mutate(token)}>
            {submit}
          </Button>
        </Stack>
      )}
    </Entrance>
  )
}
