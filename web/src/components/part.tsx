import { Alert, Button, Stack, Text } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { Component, lazy, Suspense, useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { loadPart, NotLoadedError } from './loading.ts'

type PartModule<Props> = { default: ComponentType<Props> }

type PartProps<Props> = {
  load: () => Promise<PartModule<Props>>
  /** What the part gets. */
  props: Props
  /** What stands in its place meanwhile. */
  loading?: ReactNode
}

/**
 * A part of a screen whose script is loaded when it is needed. If it does not come, or fails, the page says so in its
 * place, and the rest of the screen stays as it is, with everything that was typed there.
 */
export function Part<Props extends object>({ load, props, loading = null }: PartProps<Props>) {
  const [attempt, setAttempt] = useState(0)
  return (
    <Boundary key={attempt} isAgain={attempt > 0} retry={() => setAttempt(attempt + 1)}>
      <Attempt load={load} props={props} loading={loading} />
    </Boundary>
  )
}

/** `lazy` keeps a failure, so each attempt has its own. */
function Attempt<Props extends object>({ load, props, loading }: PartProps<Props>) {
  const [Loaded] = useState(() => lazy<ComponentType<Props>>(loadPart(load)))
  return (
    <Suspense fallback={loading}>
      <Loaded {...props} />
    </Suspense>
  )
}

type BoundaryProps = { isAgain: boolean; retry: () => void; children: ReactNode }

class Boundary extends Component<BoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: undefined }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidCatch(error: unknown): void {
    // A part that was not loaded is said in its place; all else is a fault to be told.
    if (!(error instanceof NotLoadedError)) reportError(error)
  }

  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    const { isAgain, retry } = this.props
    return <PartFailure isMissing={error instanceof NotLoadedError} isAgain={isAgain} retry={retry} />
  }
}

/** A script that did not come is asked for again when the connection is back, and when the person wants it. */
function PartFailure({
  isMissing,
  isAgain,
  retry,
}: {
  isMissing: boolean
  isAgain: boolean
  retry: () => void
}) {
  const { t } = useTranslation()
  useEffect(() => {
    if (!isMissing) return undefined
    window.addEventListener('online', retry)
    return () => window.removeEventListener('online', retry)
  })
  return (
    <Alert color="red" icon={<CircleAlert aria-hidden />} title={t('partTitle')} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t(isMissing ? 'partMissing' : 'partThrown')}</Text>
        {/* Some browsers keep the failure of a script until the page is loaded again. */}
        <Button size="xs" variant="default" onClick={isAgain ? () => location.reload() : retry}>
          {t(isAgain ? 'reload' : 'retry')}
        </Button>
      </Stack>
    </Alert>
  )
}
