import { Alert, Button, Group, Paper, Progress, Skeleton, Stack, Text, Title } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { ArrowLeft } from 'lucide-react'
import { useEffect, useId, useRef, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { Part } from '../../components/part.tsx'
import { useWords } from '../../fields/use-words.ts'
import { OwnPhoto } from '../avatar/own-photo.tsx'
import { stepsOf } from './completeness.ts'
import { DraftField } from './draft-field.tsx'
import { focusField } from './focus-field.ts'
import classes from './newcomer.module.css'
import type { NewcomerStep } from './newcomer-steps.ts'
import { SaveDetails } from './save-details.tsx'
import type { ProfileForm } from './use-profile-form.ts'
import { setWelcomed } from './welcomed.ts'

const loadPublishCard = () => import('./publish-card.tsx')
const loadPreview = () => import('./preview.tsx')

type NewcomerProps = {
  form: ProfileForm
  types: readonly ProfileType[]
  steps: readonly NewcomerStep[]
  /** The index of the step that is shown. */
  at: number
}

/**
 * The first visit, a few questions at a time. Each step is an address, so that "back" and a reload keep the place; each is
 * saved when it is left. The default export of a module that is loaded when it is needed.
 */
export default function Newcomer({ form, types, steps, at }: NewcomerProps) {
  const { t } = useTranslation('profile')
  const navigate = useNavigate()
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  const shownAt = useRef(at)
  const step = steps[at]
  const questions = steps.length - 1
  const isLast = step?.kind === 'preview'
  const userId = form.document.user.id

  useEffect(() => {
    if (isLast) setWelcomed(userId)
  }, [isLast, userId])

  useEffect(() => {
    if (shownAt.current !== at) heading.current?.focus()
    shownAt.current = at
  }, [at])

  useEffect(() => {
    const [first] = form.errors
    if (first) focusField(first.field)
  }, [form.errors])

  const go = (index: number) => void navigate(`?step=${index + 1}`)

  async function save() {
    if (await form.saveAll()) go(at + 1)
  }

  function finish() {
    setWelcomed(userId)
    void navigate('.')
  }

  return (
    <div className={classes.steps}>
      {!isLast && (
        <div>
          <Text size="sm" c="dimmed" mb={6}>
            {t('welcomeStep', { step: at + 1, all: questions })}
          </Text>
          <Progress
            value={(100 * (at + 1)) / questions}
            aria-label={t('welcomeStep', { step: at + 1, all: questions })}
          />
        </div>
      )}
      <Paper component="section" aria-labelledby={id} withBorder p={{ base: 'md', sm: 'xl' }}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            if (!isLast) void save()
          }}
        >
          <Stack gap="lg">
            <StepHead id={id} ref={heading} step={step} />
            {step?.kind === 'photo' && <OwnPhoto profile={form.document} side={128} />}
            {step?.kind === 'fields' &&
              step.fields.map(({ path, section, field }) => (
                <DraftField key={path} form={form} section={section} field={field} />
              ))}
            {isLast && types[0] && (
              <Part
                load={loadPreview}
                props={{ form, type: types[0] }}
                loading={<Skeleton h={260} radius="lg" />}
              />
            )}
            {form.failure && form.errors.length === 0 && (
              <Alert color="red" role="alert" title={t('notSaved')}>
                <SaveDetails error={form.failure.error} others={[]} />
              </Alert>
            )}
            <Group justify="space-between">
              {at > 0 ? (
                <Button
                  variant="subtle"
                  leftSection={<ArrowLeft size={16} aria-hidden />}
                  onClick={() => go(at - 1)}
                >
                  {t('welcomeBack')}
                </Button>
              ) : (
                <Button variant="subtle" onClick={finish}>
                  {t('welcomeLater')}
                </Button>
              )}
              {isLast ? (
                <Button variant="default" onClick={finish}>
                  {t('welcomeMore')}
                </Button>
              ) : (
                <Group gap="xs">
                  <Button variant="default" onClick={() => go(at + 1)}>
                    {t('welcomeSkip')}
                  </Button>
                  <Button type="submit" loading={form.isSaving}>
                    {t('welcomeNext')}
                  </Button>
                </Group>
              )}
            </Group>
          </Stack>
        </form>
      </Paper>
      {isLast && types[0] && (
        <Part
          load={loadPublishCard}
          props={{
            form,
            steps: stepsOf(form.document, types[0]),
            onJump: (path: string) => void navigate(`?field=${encodeURIComponent(path)}`),
          }}
          loading={<Skeleton h={420} radius="lg" />}
        />
      )}
    </div>
  )
}

type StepHeadProps = { id: string; ref: Ref<HTMLHeadingElement>; step: NewcomerStep | undefined }

function StepHead({ id, ref, step }: StepHeadProps) {
  const { t } = useTranslation('profile')
  const { label } = useWords()
  const [title, text] =
    step?.kind === 'photo'
      ? [t('welcomePhoto'), t('welcomePhotoText')]
      : step?.kind === 'preview'
        ? [t('preview'), t('welcomePreviewText')]
        : [step?.title ? label(step.title) : t('welcomeMain'), t('welcomeMainText')]
  return (
    <div>
      <Title ref={ref} tabIndex={-1} id={id} order={2} size="h3" className="page-title">
        {title}
      </Title>
      <Text c="dimmed" mt={4}>
        {text}
      </Text>
    </div>
  )
}
