import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useHref } from 'react-router'
import { Part } from '../../components/part.tsx'
import { NotPublished } from '../publishing/missing-fields.tsx'
import { usePublishing } from '../publishing/use-publishing.ts'
import { Checklist } from './checklist.tsx'
import { CompletenessRing } from './completeness-ring.tsx'
import { idOf, isShown, percentOf, type Step } from './completeness.ts'
import type { ProfileForm } from './use-profile-form.ts'
import { useStepWords } from './use-step-words.ts'

const loadShareAddress = async () => ({
  default: (await import('../publishing/share-address.tsx')).ShareAddress,
})

type PublishCardProps = { form: ProfileForm; steps: readonly Step[]; onJump: (id: string) => void }

/**
 * How far the profile is, what is left to do, and the one button that shows it to everybody; then its address. The default
 * export of a module that is loaded when it is needed.
 */
export default function PublishCard({ form, steps, onJump }: PublishCardProps) {
  const { t } = useTranslation('profile')
  const { t: publishing } = useTranslation('publishing')
  const words = useStepWords()
  const publish = usePublishing()
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  const { settings, user } = form.document
  const isPublic = settings.privacy_public_profile
  const percent = percentOf(steps)
  const path = `/people/${user.id}`
  const address = `${location.origin}${useHref(path)}`

  useEffect(() => {
    // The button is gone; what came in its place is said aloud.
    if (publish.isSuccess && publish.variables) heading.current?.focus()
  }, [publish.isSuccess, publish.variables])

  async function onPublish() {
    publish.reset()
    if (await form.saveAll()) publish.mutate(true)
  }

  return (
    <Paper component="section" aria-labelledby={id} withBorder p="lg">
      <Stack gap="md">
        <Group gap="md" wrap="nowrap">
          <CompletenessRing percent={percent} size={72} />
          <div>
            <Title ref={heading} tabIndex={-1} id={id} order={2} size="h4" className="page-title">
              {isPublic ? t(isShown(form.document, steps) ? 'published' : 'hidden') : toPublish()}
            </Title>
            <Required steps={steps} isPublic={isPublic} />
          </div>
        </Group>
        {isShown(form.document, steps) && (
          <Part load={loadShareAddress} props={{ address, path, name: nameOf(user) }} />
        )}
        {percent < 100 && <Checklist steps={steps} onJump={onJump} />}
        {publish.error && (
          <NotPublished
            error={publish.error}
            nameOf={(at) => {
              const step = steps.find((one) => one.id === idOf(at))
              return step ? words({ ...step, from: 1 }) : at
            }}
            onJump={(at) => onJump(idOf(at))}
          />
        )}
        {!isPublic && (
          <Button
            size="md"
            fullWidth
            onClick={() => void onPublish()}
            loading={publish.isPending || (form.isSaving && !publish.isIdle)}
          >
            {form.isDirty ? t('saveAndPublish') : publishing('publish')}
          </Button>
        )}
      </Stack>
    </Paper>
  )

  function toPublish(): string {
    const missing = steps.filter(({ isMissing }) => isMissing).length
    return missing === 0 ? t('readyToPublish') : t('stepsToPublish', { count: missing })
  }
}

function nameOf({ first_name, last_name }: { first_name: string; last_name: string }): string {
  return `${first_name} ${last_name}`.trim()
}

/** Names what a profile needs, while it is not shown. */
function Required({ steps, isPublic }: { steps: readonly Step[]; isPublic: boolean }) {
  const { t, i18n } = useTranslation('profile')
  const words = useStepWords()
  const required = steps.filter(({ isRequired }) => isRequired)
  const missing = steps.filter(({ isMissing }) => isMissing)
  const list = (some: readonly Step[]) =>
    some.map(({ field }) => words({ field, from: 1 }).toLocaleLowerCase(i18n.language)).join(', ')
  const text = isPublic
    ? missing.length > 0
      ? t('hiddenWithout', { fields: list(missing) })
      : t('publishedText')
    : required.length > 0
      ? t('required', { fields: list(required) })
      : t('privateText')
  return (
    <Text size="sm" c="dimmed" mt={2}>
      {text}
    </Text>
  )
}
