import { Alert, Button, Stack, Text } from '@mantine/core'
import { isProblem, ProblemError } from '@upm/client'
import { CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { explain } from '../../../components/explain.ts'
import { useFormat } from '../../../session/use-format.ts'
import type { Picture } from '../choose/open-picture.ts'
import { isPictureAtFault } from './upload-state.ts'

type UploadFailureProps = { error: unknown; picture: Picture; onChooseAnother: () => void }

/** Why the server did not take it, and what helps. */
export function UploadFailure({ error, picture, onChooseAnother }: UploadFailureProps) {
  const { t } = useTranslation('avatar')
  const { t: shell } = useTranslation()
  const { requestId } = explain(error, shell)
  return (
    <Alert color="red" icon={<CircleAlert aria-hidden />} title={t('failed')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          <Reason error={error} picture={picture} />
        </Text>
        {requestId !== undefined && (
          <Text size="xs" c="dimmed">
            {shell('requestId', { id: requestId })}
          </Text>
        )}
        {isPictureAtFault(error) && (
          <Button size="xs" variant="default" onClick={onChooseAnother}>
            {t('chooseAnother')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** Pixels that a picture may have in any format (docs/pictures.md), in millions. */
const SMALLEST_LIMIT_MP = 16

function Reason({ error, picture }: { error: unknown; picture: Picture }) {
  const { t } = useTranslation('avatar')
  const { t: shell } = useTranslation()
  const { number } = useFormat()
  if (isProblem(error, 'image_too_large')) {
    const megapixels = Math.ceil((picture.width * picture.height) / 1_000_000)
    // A small one takes too much time or memory for another reason, which the server says.
    if (megapixels <= SMALLEST_LIMIT_MP) return error.detail
    return t('tooManyPixels', { megapixels: number(megapixels) })
  }
  const { title, detail } = explain(error, shell)
  const wait = error instanceof ProblemError ? error.retryAfterSeconds : undefined
  if (wait !== undefined) return `${title}. ${t('wait', { count: wait })}`
  return detail === undefined ? title : `${title}. ${detail}`
}
