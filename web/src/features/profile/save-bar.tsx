import { Anchor, Button, Kbd, Paper, Text } from '@mantine/core'
import { Check, CircleAlert } from 'lucide-react'
import { useEffect, useEffectEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSaveBar } from '../../components/use-save-bar.ts'
import { explain } from '../../components/explain.ts'
import { fieldLabel } from '../../fields/field-schema.ts'
import { useWords } from '../../fields/use-words.ts'
import classes from './save-bar.module.css'
import { SaveDetails } from './save-details.tsx'
import { passingReason } from './save-retry.ts'
import { isWithin, type EditorSection } from './sections.ts'
import type { ProfileForm } from './use-profile-form.ts'

/** How long it says that everything is saved. Milliseconds. */
const SAVED_MS = 4_000

type SaveBarProps = {
  form: ProfileForm
  sections: readonly EditorSection[]
  /** The id of the form element. */
  formId: string
  onJump: (path: string) => void
}

/** Stays in sight of the whole screen while there is something to save, and says what became of it. */
export function SaveBar({ form, sections, formId, onJump }: SaveBarProps) {
  const { t } = useTranslation('profile')
  const { t: shell } = useTranslation()
  const { label } = useWords()
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const bar = useSaveBar(form.isDirty)

  const fields = sections.flatMap((section) => section.fields)
  const others = form.errors.filter(({ field }) => !fields.some(({ path }) => isWithin(field, path)))
  const faulty = fields.filter(({ path }) => form.errorAt(path) !== undefined)
  // What is wrong with a field stands beside it; all else is said here.
  const isInFields = form.errors.length > 0 && others.length === 0
  const error = isInFields ? undefined : form.failure?.error
  const isExpanded = isOpen || others.length > 0
  const names = (some: readonly (typeof fields)[number][]) =>
    some.map(({ field }) => fieldLabel(field, label)).join(', ')
  const changed = fields.filter(({ path }) => form.changes.has(path))

  useForgetSaved(form)

  function message(): string {
    if (isInFields) return t('fixFields', { count: form.errors.length })
    if (error === undefined)
      return form.isRestored ? t('restored') : t('unsaved', { count: form.changes.size })
    const reason = passingReason(error)
    return `${t('notSaved')}: ${reason === undefined ? explain(error, shell).title : t(reason)}`
  }

  return (
    // A failure is an alert of its own, which nobody should hear twice.
    <div ref={bar} className={classes.place} role={error === undefined ? 'status' : undefined}>
      {!form.isDirty && form.isJustSaved && (
        <Paper withBorder shadow="md" radius="xl" className={classes.saved}>
          <Check size={16} aria-hidden />
          <Text size="sm" fw={600}>
            {t('saved')}
          </Text>
        </Paper>
      )}
      {form.isDirty && (
        <Paper withBorder shadow="md" radius="lg" className={classes.bar} data-failed={error !== undefined}>
          <div className={classes.message}>
            {error !== undefined && <CircleAlert size={18} className={classes.icon} aria-hidden />}
            <div role={error === undefined ? undefined : 'alert'} className={classes.words}>
              <Text size="sm" fw={600}>
                {message()}
              </Text>
              {isInFields ? (
                <Text size="xs" component="div">
                  {faulty.map(({ path, field }, index) => (
                    <span key={path}>
                      {index > 0 && ', '}
                      <Anchor
                        component="button"
                        type="button"
                        inherit
                        underline="always"
                        onClick={() => onJump(path)}
                      >
                        {fieldLabel(field, label)}
                      </Anchor>
                    </span>
                  ))}
                </Text>
              ) : (
                error === undefined && (
                  <Text size="xs" c="dimmed" className={classes.names}>
                    {names(changed)}
                  </Text>
                )
              )}
            </div>
            {error !== undefined && others.length === 0 && (
              <Button
                variant="default"
                size="compact-sm"
                aria-expanded={isExpanded}
                aria-controls={id}
                onClick={() => setOpen(!isOpen)}
              >
                {t('details')}
              </Button>
            )}
          </div>
          <div className={classes.buttons}>
            <Button variant="default" onClick={form.discard} disabled={form.isSaving}>
              {t('discard')}
            </Button>
            <Button
              type="submit"
              form={formId}
              loading={form.isSaving}
              aria-keyshortcuts="Control+S Meta+S"
              rightSection={
                error === undefined && (
                  <Kbd size="xs" className={classes.shortcut} aria-hidden>
                    {SHORTCUT}
                  </Kbd>
                )
              }
            >
              {error === undefined ? t('save') : shell('retry')}
            </Button>
          </div>
          {error !== undefined && (
            <div id={id} className={classes.details} hidden={!isExpanded}>
              <SaveDetails error={error} others={others} />
            </div>
          )}
        </Paper>
      )}
    </div>
  )
}

const SHORTCUT = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘S' : 'Ctrl S'

function useForgetSaved({ isJustSaved, forgetSaved }: ProfileForm): void {
  const forget = useEffectEvent(forgetSaved)
  useEffect(() => {
    if (!isJustSaved) return undefined
    const timer = setTimeout(() => forget(), SAVED_MS)
    return () => clearTimeout(timer)
  }, [isJustSaved])
}
